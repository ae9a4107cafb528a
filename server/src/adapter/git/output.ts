import type { GitCommit, GitEntry } from '../../port/git-repositories.ts'

/** The hash at the beginning of what git answered. */
export const shaOf = (text: string): string | undefined => /^[0-9a-f]{40}(?![0-9a-f])/.exec(text)?.[0]

const types: Record<string, GitEntry['type']> = {
  '040000': 'FOLDER',
  '120000': 'LINK',
  '160000': 'SUBMODULE',
}

/** `mode type hash   size\tpath\0` of `git ls-tree -l -z`. */
export function entriesOf(text: string): GitEntry[] {
  return text.split('\0').flatMap((line) => {
    const match = /^(\d{6}) \w+ ([0-9a-f]{40}) +(\d+|-)\t([\s\S]+)$/.exec(line)
    if (!match) return []
    const [, mode = '', sha = '', size = '-', path = ''] = match
    return [{ path, type: types[mode] ?? 'FILE', sizeBytes: size === '-' ? null : Number(size), sha, mode }]
  })
}

/** `hash blob size\ncontent\n` of `git cat-file --batch`, in the order asked; undefined for what is missing. */
export function batchOf(output: Buffer): (Buffer | undefined)[] {
  const blobs: (Buffer | undefined)[] = []
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at)
    if (end < 0) break
    const head = /^[0-9a-f]{40} \w+ (\d+)$/.exec(output.toString('latin1', at, end))
    const size = head ? Number(head[1]) : -1
    blobs.push(size < 0 ? undefined : output.subarray(end + 1, end + 1 + size))
    at = size < 0 ? end + 1 : end + 1 + size + 1
  }
  return blobs
}

/** What is later cannot be written as a time: 9999-12-31T23:59:59Z. */
const secondsMax = 253_402_300_799

/** Whoever commits says when: any number of seconds. */
export const committedMsOf = (seconds: string): number =>
  Math.min(Math.max(Number(seconds) || 0, 0), secondsMax) * 1_000

/** Fields by line, commits by NUL; no name of an author holds a line end, and a message keeps what it holds beyond the fifth. */
export function commitsOf(text: string): GitCommit[] {
  return text.split('\0').flatMap((record) => {
    const [sha = '', parents = '', author = '', email = '', seconds = '', ...message] = record.split('\n')
    if (!/^[0-9a-f]{40}$/.test(sha)) return []
    return [
      {
        ...{ sha, parents: parents.split(' ').filter((one) => one !== ''), author, email },
        ...{ committedMs: committedMsOf(seconds), message: message.join('\n').replace(/\n$/, '') },
      },
    ]
  })
}
