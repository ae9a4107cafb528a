import type { ForgeNote } from './forge.ts'

/** As many comments are given at once, and as many looked at. */
export const notesMax = 100
export const notesLookedMax = 1_000

/** What others wrote after `after`, oldest first. */
export const newNotes = (notes: readonly ForgeNote[], after: number, self: string): ForgeNote[] =>
  notes
    .filter(({ number, by }) => number > after && by !== '' && by !== self)
    .sort((a, b) => a.number - b.number)
    .slice(0, notesMax)

/** First line of a note of ours, which no reader sees, by which it is found again. */
export const noteMarker = (key: string): string =>
  // Nothing of a key ends the comment.
  `<!-- aiops:${encodeURIComponent(key.slice(0, 120).toWellFormed()).replaceAll('-', '%2D')} -->`
