/** Where a value lies in a body: names and indices, from the item at hand or, with `$`, from the whole body. */
export type Path = { fromRoot: boolean; steps: readonly string[] }
export type Scope = { root: unknown; item: unknown }

const stepsMax = 32

/**
 * `labels.severity`, `alertTargetIDs[0]`, `labels."service.name"`, `$.groupLabels.team`, or a JSON pointer, `/labels/service.name`
 * (RFC 6901). `$` alone is the body, `.` the item. Throws a sentence.
 */
export function parsePath(text: string): Path {
  const fromRoot = text === '$' || text.startsWith('$.') || text.startsWith('$[')
  const rest = fromRoot ? text.slice(1).replace(/^\./, '') : text
  if (rest === '' || rest === '.') return { fromRoot, steps: [] }
  const steps = rest.startsWith('/') ? pointerSteps(rest) : dottedSteps(rest)
  if (steps.length > stepsMax) throw new Error(`a path has at most ${stepsMax} steps`)
  return { fromRoot, steps }
}

/** Own properties only: no name finds anything inherited. */
export function valueAt({ fromRoot, steps }: Path, scope: Scope): unknown {
  let value = fromRoot ? scope.root : scope.item
  for (const step of steps) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

const pointerSteps = (text: string): string[] =>
  text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

function dottedSteps(text: string): string[] {
  const steps: string[] = []
  const pattern = /(?:^|\.)(?:"((?:[^"\\]|\\.)*)"|([^."[\]]+))|\[(\d+)\]/gy
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const found = pattern.exec(text)
    if (!found) throw new Error(`"${text.slice(0, 64)}" is no path: character ${at + 1} does not fit`)
    steps.push(found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? found[3] ?? '')
  }
  return steps
}
