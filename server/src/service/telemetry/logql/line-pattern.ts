import { MineConfig, Miner } from '../mine/index.ts'
import type { QueryRun } from './evaluate/run.ts'
import type { LogSelection } from './expression.ts'
import type { LinePattern, LogRange } from './index.ts'

/** Counts of lines by statement are of the newest so many; and so many statements are told apart. */
const linesMax = 50_000
const patternsMax = 1_000

/** What wrote the newest lines of a range, the most frequent first, each as a pattern that `|>` takes. */
export async function linePatterns(
  run: QueryRun,
  selection: LogSelection,
  { startMs, endMs, stepMs }: LogRange & { stepMs: number },
): Promise<LinePattern[]> {
  const miner = new Miner(MineConfig.parse({ patterns_max: patternsMax }))
  const ids = new Int32Array(linesMax)
  const steps = new Float64Array(linesMax)
  await run.eachLine(selection, { startMs, endMs, direction: 'BACKWARD' }, ({ line, timeMs }) => {
    const at = miner.lines
    ids[at] = miner.push(line)
    steps[at] = Math.floor(timeMs / stepMs) * stepMs
    return at + 1 < linesMax
  })
  const statements = miner.statements()
  const counts = statements.map(() => new Map<number, number>())
  // From the oldest, so that the steps of each come in their order.
  for (let at = miner.lines - 1; at >= 0; at--) {
    if (at % 1_024 === 0 && run.turn.due()) await run.turn.give()
    const count = counts[miner.statementOf(ids[at]!)]!
    count.set(steps[at]!, (count.get(steps[at]!) ?? 0) + 1)
  }
  return statements.map(({ template }, at) => ({
    pattern: filterOf(template, miner.hasHeader),
    samples: [...counts[at]!].map(([timeMs, count]) => ({ timeMs, count })),
  }))
}

/** In the words of LogQL's pattern filter, which would take `<name>` for a capture and refuse two side by side. */
function filterOf(template: string, hasHeader: boolean): string {
  const pattern = template.replace(/<(?:\*|[A-Za-z_][A-Za-z0-9_]*)>/g, '<_>')
  const whole = hasHeader && !pattern.startsWith('<_>') ? `<_> ${pattern}` : pattern
  return whole.replace(/(?:<_>){2,}/g, '<_>')
}
