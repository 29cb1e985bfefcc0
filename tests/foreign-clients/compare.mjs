// Compares the data in a client's cache with the server's answers. Only fields that the server's answer has are
// compared: clients add `__typename` and ids to their documents.

/// Lists each place where `shown` differs from `truth`.
export function differences(shown, truth) {
  return [...walk(shown, truth, "", false)];
}

/// Lists each place where `shown` contradicts `truth`. A list may lack items and not know its end or how many items it
/// has now, and an object may have an older `version`: the cache is then out of date, but shows nothing that was never
/// true.
export function contradictions(shown, truth) {
  return [...walk(shown, truth, "", true)];
}

function* walk(shown, truth, path, behind) {
  if (Array.isArray(truth) && Array.isArray(shown)) {
    if (!behind && shown.length !== truth.length) yield `${path}: ${shown.length} items instead of ${truth.length}`;
    for (const [at, item] of truth.entries()) {
      const id = idOf(item);
      const same = id === undefined ? shown[at] : shown.find((other) => idOf(other) === id);
      if (same === undefined) {
        if (!behind) yield `${path}[${at}] is missing`;
      } else yield* walk(same, item, `${path}[${at}]`, behind);
    }
  } else if (truth !== null && typeof truth === "object" && shown !== null && typeof shown === "object") {
    if (behind && shown.version < truth.version) return;
    // After an approval, feedback names its row by the id in the new revision; the old id stays valid.
    const unknown = ["pageInfo", "totalCount", "activityCount", "aboutId"];
    const keys = Object.keys(truth).filter((key) => !behind || !unknown.includes(key));
    for (const key of keys) yield* walk(shown[key], truth[key], path ? `${path}.${key}` : key, behind);
  } else if (shown !== truth) {
    yield `${path}: ${JSON.stringify(shown)} instead of ${JSON.stringify(truth)}`;
  }
}

function idOf(item) {
  return item?.id ?? item?.node?.id;
}
