import type { DiffHunk, MergeRequestDiff } from '@aiops/contract/model/merge-request'
import type { GitDiff } from '../../port/git-repositories.ts'

export const diffView = (
  { baseSha, files, filesTotal, truncated }: GitDiff,
  headSha: string,
): MergeRequestDiff => ({
  ...{ base_sha: baseSha, head_sha: headSha, files_total: filesTotal, truncated },
  files: files.map(({ oldPath, newPath, change, binary, added, removed, patch, truncated: cut }) => ({
    ...{ old_path: oldPath, new_path: newPath, change, binary, added, removed, truncated: cut },
    hunks: hunksOf(patch),
  })),
})

/** Unified hunks (`@@ -a,b +c,d @@ section`); a line that fits nothing ends the hunk it stands in. */
export function hunksOf(patch: string): DiffHunk[] {
  const hunks: DiffHunk[] = []
  let hunk: DiffHunk | undefined
  let [oldLine, newLine] = [0, 0]
  for (const line of patch.split('\n')) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s.exec(line)
    if (head) {
      const [, oldStart = '0', oldLines = '1', newStart = '0', newLines = '1', section = ''] = head
      hunk = {
        ...{ old_start: Number(oldStart), old_lines: Number(oldLines) },
        ...{ new_start: Number(newStart), new_lines: Number(newLines), section, lines: [] },
      }
      hunks.push(hunk)
      oldLine = hunk.old_start
      newLine = hunk.new_start
      continue
    }
    if (!hunk) continue
    const text = line.slice(1)
    if (line.startsWith(' '))
      hunk.lines.push({ kind: 'CONTEXT', text, old_line: oldLine++, new_line: newLine++ })
    else if (line.startsWith('+'))
      hunk.lines.push({ kind: 'ADDED', text, old_line: null, new_line: newLine++ })
    else if (line.startsWith('-'))
      hunk.lines.push({ kind: 'REMOVED', text, old_line: oldLine++, new_line: null })
    else if (!line.startsWith('\\')) hunk = undefined
  }
  return hunks
}
