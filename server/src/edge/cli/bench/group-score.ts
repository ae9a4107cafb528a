export type GroupScore = { lines: number; groups: number; truthGroups: number; ga: number; fga: number }

/**
 * How well lines were grouped: `ga`, the share of lines whose group is exactly the true one (Zhu et al. 2019), and `fga`, the
 * F1 of groups that are (Jiang et al. 2024).
 */
export function groupScore(truth: readonly string[], found: readonly (string | number)[]): GroupScore {
  const truthSizes = sizesOf(truth)
  const groups = new Map<string | number, { size: number; truth: string; pure: boolean }>()
  for (let line = 0; line < truth.length; line += 1) {
    const id = found[line] as string | number
    const group = groups.get(id)
    if (!group) groups.set(id, { size: 1, truth: truth[line] as string, pure: true })
    else {
      group.size += 1
      group.pure &&= group.truth === truth[line]
    }
  }
  let rightLines = 0
  let rightGroups = 0
  for (const group of groups.values()) {
    if (!group.pure || truthSizes.get(group.truth) !== group.size) continue
    rightLines += group.size
    rightGroups += 1
  }
  return {
    lines: truth.length,
    groups: groups.size,
    truthGroups: truthSizes.size,
    ga: truth.length === 0 ? 0 : rightLines / truth.length,
    fga: groups.size + truthSizes.size === 0 ? 0 : (2 * rightGroups) / (groups.size + truthSizes.size),
  }
}

function sizesOf(ids: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const id of ids) sizes.set(id, (sizes.get(id) ?? 0) + 1)
  return sizes
}
