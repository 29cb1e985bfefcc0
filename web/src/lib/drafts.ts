// Input that a person has not sent yet, kept while they look at other screens. In memory only.
const kept = new Map<string, unknown>();

/** The draft of this name, or a new one. */
export function draft<Draft>(name: string, make: () => Draft): Draft {
  const found = (kept.get(name) as Draft | undefined) ?? make();
  kept.set(name, found);
  return found;
}

/** Removes all drafts when the person logs out. */
export const forgetDrafts = (): void => kept.clear();
