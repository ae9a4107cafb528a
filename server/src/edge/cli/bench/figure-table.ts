import { bold, dim, green, print, table } from '../print.ts'
import { type Figure, isReached } from './figure.ts'
import { machine } from './machine.ts'

/** What was measured beside what it should reach, misses first, then what `between` prints, what could not be measured and what it was taken on. */
export function printFigures(
  figures: readonly Figure[],
  missing: readonly string[],
  between = (): void => undefined,
): void {
  const misses = figures.filter((figure) => isReached(figure) === false)
  const ordered = [...misses, ...figures.filter((figure) => isReached(figure) !== false)]
  const rows = ordered.map((figure) => {
    const reached = isReached(figure)
    const verdict = reached === undefined ? '' : reached ? green('reached') : bold('missed')
    return [figure.measure, figure.shown, figure.reach ?? 'stated', verdict, figure.reference]
  })
  for (const line of table([['MEASURE', 'HERE', 'REACH', '', 'REFERENCE'], ...rows])) print(line)
  print()
  between()
  for (const line of missing) print(dim(`Not measured: ${line}.`))
  const { cpu, cores, node } = machine()
  print(dim(`${cpu}, ${cores} cores, Node ${node}`))
}
