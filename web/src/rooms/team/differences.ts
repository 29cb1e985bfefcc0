// The differences between a revision and the plan in force.

interface Indicator {
  rowKey: string;
  text: string;
  measure: string;
  target: { min: string; max: string };
}
interface Result {
  rowKey: string;
  title: string;
  indicators: readonly Indicator[];
}

export interface Difference {
  /** The row is not in the plan in force. */
  isNew: boolean;
  /** The title in force, if it differs. */
  title: string | null;
  /** Indicators in force that differ or are dropped, by their `rowKey`. */
  indicators: ReadonlyMap<string, Indicator>;
  /** Indicators that are not in the plan in force. */
  added: ReadonlySet<string>;
}

const same = (a: Indicator, b: Indicator): boolean =>
  a.text === b.text && a.measure === b.measure && Number(a.target.min) === Number(b.target.min) && Number(a.target.max) === Number(b.target.max);

export function difference(row: Result, inForce: readonly Result[]): Difference {
  const before = inForce.find(({ rowKey }) => rowKey === row.rowKey);
  if (!before) return { isNew: true, title: null, indicators: new Map(), added: new Set() };
  const now = new Map(row.indicators.map((one) => [one.rowKey, one]));
  const differing = before.indicators.filter((one) => {
    const present = now.get(one.rowKey);
    return !present || !same(one, present);
  });
  const known = new Set(before.indicators.map(({ rowKey }) => rowKey));
  return {
    isNew: false,
    title: before.title === row.title ? null : before.title,
    indicators: new Map(differing.map((one) => [one.rowKey, one])),
    added: new Set(row.indicators.filter(({ rowKey }) => !known.has(rowKey)).map(({ rowKey }) => rowKey)),
  };
}

export const isChanged = ({ isNew, title, indicators, added }: Difference): boolean =>
  isNew || title !== null || indicators.size > 0 || added.size > 0;
