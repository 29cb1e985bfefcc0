// A task of the worklist.

interface Task {
  kind?: string;
  staff: { id: string } | null;
  subject: { __typename: string; id?: string };
}

/** Returns the key that identifies a task: by its object, or by its person if it is about several of their objects. */
export const taskKey = ({ kind, staff, subject }: Task): string => `${kind ?? ""} ${subject.__typename} ${subject.id ?? staff?.id ?? ""}`;
