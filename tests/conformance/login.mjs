// Logs in and prints the access token: node login.mjs URL USER PASSWORD
const [url, user, password] = process.argv.slice(2);
const query = "mutation($input: LoginInput!) { login(input: $input) { accessToken errors { message } } }";
const response = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json" },
  body: JSON.stringify({ query, variables: { input: { user, password } } }),
});
const { data } = await response.json();
if (!data?.login.accessToken) throw new Error(`no token: ${JSON.stringify(data)}`);
console.log(data.login.accessToken);
