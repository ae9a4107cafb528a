import type { DiffFile, DiffHunk, DiffLine, MergeRequestDiff } from '@aiops/contract/model/merge-request'

/** Lines of a file shown at first; each asking for more gives four times as many. */
export const linesFirst = 200
/** A line of a generated file may be a megabyte. */
const lineMax = 2_000
/** Files are open at first as long as all of them have no more lines than this. */
const openLinesMax = 1_000

export type DiffRow = { hunk: DiffHunk } | { line: DiffLine }

/** Heads of hunks and their lines in order, `max` lines at most; and how many lines are left. */
export function rowsOf({ hunks }: DiffFile, max: number): { rows: DiffRow[]; left: number } {
  const rows: DiffRow[] = []
  let room = max
  let left = 0
  for (const hunk of hunks) {
    if (room > 0) rows.push({ hunk })
    for (const line of hunk.lines.slice(0, room)) rows.push({ line })
    left += Math.max(0, hunk.lines.length - room)
    room = Math.max(0, room - hunk.lines.length)
  }
  return { rows, left }
}

/** Which files are open at first: from the top, until there is a lot to read. */
export function openAtFirst({ files }: MergeRequestDiff): ReadonlySet<string> {
  const open = new Set<string>()
  let lines = 0
  for (const file of files) {
    lines += file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0)
    if (lines <= openLinesMax || open.size === 0) open.add(pathOf(file))
  }
  return open
}

export const pathOf = ({ old_path, new_path }: DiffFile): string => new_path ?? old_path ?? ''

/** Signs that are not seen, or that turn the reading order about, so that code reads otherwise than it runs (CVE-2021-42574). */
const unseen = /[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu

/** A line as it is: what would not be seen is named, and a very long one is cut and says so. */
export function lineText(text: string): string {
  const shown = text
    .slice(0, lineMax)
    .replace(unseen, (sign) =>
      sign === '\t' ? sign : `⟨U+${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`,
    )
  return text.length > lineMax ? `${shown}… (${text.length - lineMax} more characters)` : shown
}
