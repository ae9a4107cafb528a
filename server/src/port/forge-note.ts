/** First line of a note of ours, which no reader sees, by which it is found again. */
export const noteMarker = (key: string): string =>
  // Nothing of a key ends the comment.
  `<!-- aiops:${encodeURIComponent(key.slice(0, 120).toWellFormed()).replaceAll('-', '%2D')} -->`
