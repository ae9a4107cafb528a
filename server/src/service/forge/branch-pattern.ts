import { isBranchName } from '../../port/git-repositories.ts'

/** Whether a branch is one of those that a pattern means; `*` is any text, slashes included. Time grows with the product of both lengths. */
export function matchesBranch(pattern: string, branch: string): boolean {
  let [p, b, star, mark] = [0, 0, -1, 0]
  while (b < branch.length) {
    if (pattern[p] === '*') {
      star = p
      mark = b
      p += 1
    } else if (pattern[p] === branch[b]) {
      p += 1
      b += 1
    } else if (star >= 0) {
      p = star + 1
      mark += 1
      b = mark
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

export const isBranchPattern = (pattern: string): boolean =>
  pattern.length <= 200 && isBranchName(pattern.replaceAll('*', 'x'))
