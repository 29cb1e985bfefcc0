import { mount } from "svelte";
import "./app.css";
import App from "./App.svelte";
import { worker } from "./lib/worker.svelte";

mount(App, { target: document.getElementById("app") ?? document.body });
worker.register();
