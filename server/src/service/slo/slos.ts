import { Slo, type SloInput, type SloView } from '@aiops/contract/model/slo'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { minuteMs, spanOf } from './burn-policy.ts'
import type { SloConfig } from './config.ts'
import type { SloDeps, Slos } from './index.ts'
import { wholeMinute } from './measure.ts'
import { MinuteLoop } from './minute-loop.ts'
import { checkRules, withService } from './slo-check.ts'
import { courseOf, forecastOf } from './slo-course.ts'
import { SloCycle } from './slo-cycle.ts'
import { SloLibrary } from './slo-library.ts'
import { SloTable, unknown } from './slo-table.ts'
import { type TrackedDeps, TrackedSlo } from './tracked-slo.ts'

const historyPoints = 120
/** What a check looks at. */
const checkMs = 60 * minuteMs

type Room = {
  deps: SloDeps
  table: SloTable
  track(tenant: TenantId, slo: Slo): TrackedSlo
  query(tenant: TenantId): TrackedDeps['query']
  /** The last whole minute that is counted now. */
  endMs(): number
}

/** Objectives of all tenants: those set through the API and those of documents, counted every minute. */
export function createSlos(deps: SloDeps, config: SloConfig): Slos {
  const { clock } = deps
  const delayMs = durationMs(config.evaluation_delay)
  const timeoutMs = durationMs(config.query_timeout)
  const options = {
    latenessMs: durationMs(config.lateness),
    backfillMs: durationMs(config.backfill),
    noDataMs: durationMs(config.no_data_after),
  }
  const library = new SloLibrary({ sources: deps.documents, language: deps.language, clock })
  const query: Room['query'] = (tenant) => (text, startMs, endMs, stepMs) =>
    endMs < startMs
      ? Promise.resolve([])
      : deps.queryRange(tenant, text, { startMs, endMs, stepMs, timeoutMs })
  const track: Room['track'] = (tenant, slo) =>
    new TrackedSlo(slo, { language: deps.language, query: query(tenant) }, options)
  const table = new SloTable({
    ...{ repository: deps.repository, track, slosMax: config.slos_max },
    documented: (tenant) => library.slos(tenant),
  })
  const room: Room = { deps, table, track, query, endMs: () => wholeMinute(clock.now() - delayMs) }
  const cycle = new SloCycle(deps, table, config.evaluations_at_once_max)
  const evaluate = (): Promise<void> => cycle.run(room.endMs())
  const loop = new MinuteLoop(clock, delayMs, evaluate)
  const reloading = createRepeated(
    clock,
    durationMs(config.reload_interval),
    async () => void (await reload(room, library)),
    (error) => deps.log.warn({ reason: messageOf(error) }, 'documents of objectives cannot be read for now'),
  )
  return {
    ...reading(room),
    ...writing(room),
    problems: (tenant) => [
      ...library.problems
        .filter((one) => one.tenant === tenant)
        .map(({ file, message }) => ({ file, message })),
      ...table.refused(tenant),
    ],
    evaluate,
    async start() {
      if (!(await reload(room, library))) for (const tenant of deps.tenants) await table.align(tenant)
      await reloading.start()
      loop.start()
    },
    async stop() {
      await loop.stop()
      await reloading.stop()
    },
  }
}

/** True where documents or their problems are others than before. */
async function reload({ deps, table }: Room, library: SloLibrary): Promise<boolean> {
  if (!(await library.reload())) return false
  for (const tenant of deps.tenants) await table.align(tenant)
  for (const { tenant, file, message } of library.problems)
    deps.log.warn(
      { tenant_id: tenant, file, reason: message },
      'a document of objectives cannot be used; its last good state stays',
    )
  return true
}

function reading({ deps, table, query, endMs }: Room): Pick<Slos, 'list' | 'get' | 'history'> {
  const history: Slos['history'] = async (tenant, id, asked) => {
    const { slo } = table.find(tenant, id)
    const toMs = wholeMinute(asked.endMs ?? endMs())
    const otherwiseMs =
      asked.lengthMs === undefined ? spanOf(slo.window, toMs).startMs : toMs - asked.lengthMs
    const startMs = Math.max(0, wholeMinute(asked.startMs ?? otherwiseMs))
    if (startMs >= toMs) throw new Fault('VALIDATION_FAILED', 'start must lie before end.')
    return courseOf(slo, { startMs, endMs: toMs, points: asked.points }, query(tenant))
  }
  return {
    list: (tenant) =>
      table
        .all(tenant)
        .map(({ view }) => view)
        .sort((a, b) => (a.slo.name < b.slo.name ? -1 : 1)),
    async get(tenant, id) {
      const { slo, status } = table.find(tenant, id).view
      const points = await history(tenant, id, { points: historyPoints })
      const { forecast } = deps
      const hasCourse = (status.budget.left_ratio ?? 0) > 0 && status.evaluated_at !== null
      const ends =
        forecast && hasCourse
          ? await forecastOf(slo, Date.parse(status.evaluated_at ?? ''), { query: query(tenant), forecast })
          : null
      return { slo, status: { ...status, exhaustion: ends ?? status.exhaustion }, history: points }
    },
    history,
  }
}

function writing(room: Room): Pick<Slos, 'create' | 'check' | 'update' | 'delete'> {
  const { deps, table, track } = room
  const { repository } = deps
  return {
    check: async (tenant, actor, input) => tryOut(room, track(tenant, sloOf(deps, input, actor))),
    async create(tenant, actor, input) {
      const slo = sloOf(deps, input, actor)
      const one = track(tenant, slo)
      table.admit(tenant, slo)
      await repository.insert(tenant, slo)
      return tryOut(room, table.put(tenant, slo, one))
    },
    async update(tenant, id, input) {
      const { created_at, created_by } = table.own(tenant, id)
      const slo: Slo = { ...sloOf(deps, input, created_by), id, created_at }
      // Refused before anything is kept.
      const one = track(tenant, slo)
      table.admit(tenant, slo)
      if (!(await repository.update(tenant, slo))) throw unknown(id)
      return tryOut(room, table.put(tenant, slo, one))
    },
    async delete(tenant, id) {
      table.own(tenant, id)
      if (!(await repository.delete(tenant, id))) throw unknown(id)
      table.delete(tenant, id)
    },
  }
}

function sloOf({ clock, random }: SloDeps, input: SloInput, actor: string): Slo {
  checkRules(input)
  const at = isoTime(clock.now())
  return Slo.parse({
    ...{ ...withService(input), id: random.uuid(clock.now()), document: null },
    ...{ created_at: at, updated_at: at, created_by: actor },
  })
}

/** Counted once, so that its maker sees at once what it is worth. What it counted is recorded by the schedule. */
async function tryOut({ deps, endMs }: Room, one: TrackedSlo): Promise<SloView> {
  if (!one.slo.enabled) one.idle(deps.clock.now(), 'It is switched off.')
  else
    try {
      await one.preview(endMs(), checkMs)
    } catch (error) {
      one.failed(messageOf(error))
    }
  return one.view
}
