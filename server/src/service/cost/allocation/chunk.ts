import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import type { Turn } from '../../../kernel/turn.ts'
import type { CostPoints, CostSample } from '../index.ts'
import { type DirectoryQuestion, directoryQuestions, type StepQuestion, stepQuestions } from './question.ts'

/** `count` steps: step k is (startMs + k·resolutionMs, startMs + (k+1)·resolutionMs], read at its end. */
export type Stretch = { startMs: number; resolutionMs: number; count: number }
/** One series over the steps of a stretch; NaN where it had no value. */
export type Column = { labels: Labels; values: Float64Array }
export type Chunk = Stretch & {
  columns: Record<StepQuestion, Column[]>
  directory: Record<DirectoryQuestion, readonly CostSample[]>
  /** Series in all. */
  series: number
}
export type ChunkDeps = {
  query(tenant: TenantId, promql: string, timeMs: number): Promise<readonly CostSample[]>
  queryRange(
    tenant: TenantId,
    promql: string,
    startMs: number,
    endMs: number,
    stepMs: number,
  ): Promise<readonly CostPoints[]>
}

/** Values of one stretch that may be held at once: 64 MiB of numbers. */
const valuesMax = 8_388_608

export async function readChunk(
  deps: ChunkDeps,
  tenant: TenantId,
  stretch: Stretch,
  turn: Turn,
): Promise<Chunk> {
  const { startMs, resolutionMs, count } = stretch
  const firstMs = startMs + resolutionMs
  const endMs = startMs + count * resolutionMs
  const window = promqlSpan(Math.max(300_000, resolutionMs))
  const columns = {} as Chunk['columns']
  let series = 0
  for (const [name, question] of Object.entries(stepQuestions(window)) as [StepQuestion, string][]) {
    const answer = await deps.queryRange(tenant, question, firstMs, endMs, resolutionMs)
    series += answer.length
    if (series * count > valuesMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        'There are too many containers to read at this resolution; take a longer one.',
      )
    const made: Column[] = []
    for (const { labels, timesMs, values } of answer) {
      const column = new Float64Array(count).fill(Number.NaN)
      for (let i = 0; i < timesMs.length; i += 1)
        column[Math.round((timesMs[i]! - firstMs) / resolutionMs)] = values[i]!
      made.push({ labels, values: column })
      if (turn.due()) await turn.give()
    }
    columns[name] = made
  }
  const directory = await readDirectory(deps, tenant, count * resolutionMs, endMs)
  return { ...stretch, columns, directory, series }
}

/** Who belonged to what in the time up to `endMs`, at least 5 minutes: labels are told no more often than anything is scraped. */
export async function readDirectory(
  deps: Pick<ChunkDeps, 'query'>,
  tenant: TenantId,
  spanMs: number,
  endMs: number,
): Promise<Chunk['directory']> {
  const directory = {} as Chunk['directory']
  const questions = Object.entries(directoryQuestions(promqlSpan(Math.max(300_000, spanMs)))) as [
    DirectoryQuestion,
    string,
  ][]
  for (const [name, question] of questions) directory[name] = await deps.query(tenant, question, endMs)
  return directory
}

const promqlSpan = (ms: number): string => `${Math.round(ms / 1_000)}s`
