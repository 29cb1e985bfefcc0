// A task of the worklist.

interface Task {
  kind?: string;
  staff: { id: string } | null;
  subject: { __typename: string; id?: string };
}

/** Names a task: by its object, or by its person if it is about several objects of theirs. */
export const taskKey = ({ kind, staff, subject }: Task): string => `${kind ?? ""} ${subject.__typename} ${subject.id ?? staff?.id ?? ""}`;
