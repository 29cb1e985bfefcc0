// A list that is read page by page. Reading again keeps as many rows as were shown.
import type { Operation } from "../operations";
import { Unanswered, send } from "./api.svelte";
import { Reading } from "./reading.svelte";

interface Page<Row> {
  nodes: readonly Row[];
  totalCount?: number | null;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
type Paged = { after?: string | null };

export class Pages<Variables extends Paged, Data, Row> {
  readonly first: Reading<Variables, Data>;
  /** Whether further pages are being read. */
  busy = $state(false);
  /** Why the next page is missing. */
  refusal = $state<string | null>(null);
  private later = $state.raw<Page<Row>[]>([]);
  private variables: Variables | null = null;
  private turn = 0;
  private readonly pages = $derived.by(() => {
    const page = this.first.data === null ? null : this.pick(this.first.data);
    return page ? [page, ...this.later] : [];
  });
  /** Each row only once: while the list is read again, a row may have moved from a later page to an earlier one. */
  readonly rows: readonly Row[] = $derived([
    ...new Map(this.pages.flatMap(({ nodes }) => nodes).toReversed().map((row) => [this.key(row), row])).values(),
  ].toReversed());
  readonly more: boolean = $derived(this.pages.at(-1)?.pageInfo.hasNextPage ?? false);
  /** All rows on the server, if it counts them. */
  readonly total: number | null = $derived(this.pages[0]?.totalCount ?? null);

  constructor(
    private readonly operation: Operation<Variables, Data>,
    private readonly pick: (data: Data) => Page<Row> | null | undefined,
    /** Returns the key that identifies a row. */
    private readonly key: (row: Row) => string,
  ) {
    this.first = new Reading(operation);
  }

  /** Reads from the start. For other variables, reads only the first page. */
  async load(variables: Variables): Promise<void> {
    const turn = ++this.turn;
    const same = JSON.stringify(variables) === JSON.stringify(this.variables);
    const wanted = same ? this.later.length : 0;
    this.variables = variables;
    this.refusal = null;
    await this.first.load(variables);
    if (turn !== this.turn) return;
    const later: Page<Row>[] = [];
    let last = this.first.data === null ? null : this.pick(this.first.data);
    while (last?.pageInfo.hasNextPage && later.length < wanted) {
      last = await this.page(last).catch(() => null);
      if (turn !== this.turn) return;
      if (last) later.push(last);
    }
    this.later = later;
  }

  /** Reads the next page. */
  async next(): Promise<void> {
    const last = this.pages.at(-1);
    if (!last || this.busy) return;
    const turn = this.turn;
    this.busy = true;
    this.refusal = null;
    try {
      const page = await this.page(last);
      if (page && turn === this.turn) this.later = [...this.later, page];
    } catch (error) {
      this.refusal = error instanceof Unanswered || error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  private async page(last: Page<Row>): Promise<Page<Row> | null> {
    const data = await send(this.operation, { ...(this.variables as Variables), after: last.pageInfo.endCursor });
    return this.pick(data) ?? null;
  }
}
