import type { GitDiffFile } from '../../port/git-repositories.ts'

type Raw = { status: string; oldMode: string; newMode: string; oldPath: string; newPath: string }
type Counts = { added: number; removed: number; binary: boolean }

const none = '000000'
const patchBytesMax = 262_144

/**
 * Files of `git diff-tree -r -M -z --raw`, `-z --numstat` and `-p`, which speak of the same files in the same order. Paths come from the
 * first alone: in a patch they are quoted and ambiguous. A patch that was cut off says so from the file on in which it ends.
 */
export function diffFiles(
  raw: string,
  numstat: string,
  patch: string,
  patchCut: boolean,
  filesMax: number,
): GitDiffFile[] {
  const records = rawRecords(raw).slice(0, filesMax)
  const counts = countRecords(numstat)
  const sections = patchSections(patch)
  let at = 0
  return records.map((record, index) => {
    // A file that became a link is written as one that went and one that came.
    const mine = record.status === 'T' ? sections.slice(at, at + 2) : sections.slice(at, at + 1)
    at += record.status === 'T' ? 2 : 1
    const { added, removed, binary } = counts[index] ?? { added: 0, removed: 0, binary: false }
    const cut = patchCut && at >= sections.length
    const text = mine.map(hunksOf).join('')
    const large = text.length > patchBytesMax
    return {
      ...{ oldPath: record.oldMode === none ? null : record.oldPath },
      ...{ newPath: record.newMode === none ? null : record.newPath },
      ...{ change: changeOf(record, added + removed), oldMode: record.oldMode, newMode: record.newMode },
      ...{ binary, added, removed, patch: large || cut ? wholeHunks(text, patchBytesMax) : text },
      truncated: large || cut,
    }
  })
}

export const countRaw = (raw: string): number => rawRecords(raw).length

function changeOf({ status, oldMode, newMode, oldPath, newPath }: Raw, lines: number): GitDiffFile['change'] {
  if (status === 'A') return 'ADDED'
  if (status === 'D') return 'DELETED'
  if (oldPath !== newPath) return 'RENAMED'
  return oldMode !== newMode && lines === 0 ? 'MODE' : 'CHANGED'
}

/** `:old new sha sha STATUS\0path\0`, with a second path where it was renamed or copied. */
function rawRecords(text: string): Raw[] {
  const fields = text.split('\0')
  const records: Raw[] = []
  for (let at = 0; at < fields.length - 1; ) {
    const head = /^:(\d{6}) (\d{6}) [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*$/.exec(fields[at] ?? '')
    if (!head) {
      at += 1
      continue
    }
    const [, oldMode = none, newMode = none, status = 'M'] = head
    const oldPath = fields[at + 1] ?? ''
    const two = status === 'R' || status === 'C'
    records.push({ status, oldMode, newMode, oldPath, newPath: two ? (fields[at + 2] ?? '') : oldPath })
    at += two ? 3 : 2
  }
  return records
}

/** `added\tremoved\tpath\0`, or `added\tremoved\t\0old\0new\0`; `-` for what is no text. */
function countRecords(text: string): Counts[] {
  const fields = text.split('\0')
  const counts: Counts[] = []
  for (let at = 0; at < fields.length - 1; ) {
    const head = /^(-|\d+)\t(-|\d+)\t([\s\S]*)$/.exec(fields[at] ?? '')
    if (!head) {
      at += 1
      continue
    }
    const [, added = '0', removed = '0', path = ''] = head
    counts.push({ added: Number(added) || 0, removed: Number(removed) || 0, binary: added === '-' })
    at += path === '' ? 3 : 1
  }
  return counts
}

/**
 * Lines of a file begin with a blank, a sign or a backslash: no content can pass for the head of a section. `^` of a regular expression
 * would also match after a carriage return within a line.
 */
function patchSections(patch: string): string[] {
  const parts = patch.split(/(?:^|(?<=\n))(?=diff --git )/)
  return parts[0]?.startsWith('diff --git ') ? parts : parts.slice(1)
}

function hunksOf(section: string): string {
  const at = section.indexOf('\n@@ ')
  return at < 0 ? '' : section.slice(at + 1)
}

/** As many whole lines as fit. */
function wholeHunks(text: string, lengthMax: number): string {
  const part = text.slice(0, lengthMax)
  return part.slice(0, part.lastIndexOf('\n') + 1)
}
