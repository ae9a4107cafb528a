import type {
  DetectionReplay,
  DetectionSettingsInput,
  ReplayedAnomaly,
  ReplayedIncident,
} from '@aiops/contract/model/detection'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { MetricStore, SeriesCatalog, SeriesRef } from '../../../port/metric-store.ts'
import type { DetectConfig } from '../config.ts'
import { checkSettings } from '../rule/tenant-settings.ts'
import type { DetectSettings } from '../settings.ts'
import { WatchList } from '../watch-list.ts'
import { candidatesOf } from './candidates.ts'
import { compared } from './comparison.ts'
import { type Played, play } from './playing.ts'
import { type ReplayedChange, ReplayLane } from './replay-lane.ts'

export type ReplayRequest = {
  fromMs: number
  toMs: number
  settings?: DetectionSettingsInput | undefined
  seriesMax: number
  /** Times that the range is played, each right after the one before; 1 unless given. */
  repeat?: number
}

export type ReplayDeps = {
  watch: WatchList
  catalog: SeriesCatalog
  points: Pick<MetricStore, 'range'>
  clock: Clock
  /** As a tenant has set them. */
  settingsOf(tenant: TenantId): DetectionSettingsInput
  /** What anomalies alone would open, by changes in order of time up to `endMs`. None are counted where it is absent. */
  incidentsOf?:
    | ((tenant: TenantId, changes: readonly ReplayedChange[], endMs: number) => ReplayedIncident[])
    | undefined
}

const dayMs = 86_400_000
const warmUpMs = 6 * 3_600_000
const spanMaxMs = 31 * dayMs
const pointsMax = 20_000_000
/** What was not reached by then is left out: whoever asks waits no longer. */
const timeMaxMs = 20_000
const listMax = 200
const incidentsListMax = 50

type Range = { fromMs: number; endMs: number }
type Found = Pick<DetectionReplay, 'added' | 'gone' | 'altered' | 'counts'>

/** Recorded points through what runs live, with the settings as they are and as they would be. One at a time. */
export class Replays {
  readonly #deps: ReplayDeps
  readonly #config: DetectConfig
  readonly #engine: DetectSettings
  #running = false

  constructor(deps: ReplayDeps, config: DetectConfig, engine: DetectSettings) {
    this.#deps = deps
    this.#config = config
    this.#engine = engine
  }

  /** Throws QUEUE_FULL while another one runs. */
  async run(tenant: TenantId, request: ReplayRequest): Promise<DetectionReplay> {
    this.#check(request)
    if (this.#running)
      throw new Fault('QUEUE_FULL', 'Another replay runs now; ask again when it is done.', {
        retryAfterSeconds: 20,
      })
    this.#running = true
    const current = this.#deps.settingsOf(tenant)
    const lanes = [current, ...(request.settings ? [request.settings] : [])].map((settings) =>
      this.#laneOf(tenant, settings),
    )
    try {
      for (const lane of lanes) await lane.open(this.#config.worker)
      return await this.#replay(tenant, request, lanes)
    } finally {
      for (const lane of lanes) await lane.close()
      this.#running = false
    }
  }

  #check({ fromMs, toMs, settings, repeat = 1 }: ReplayRequest): void {
    if (!(fromMs < toMs)) throw new Fault('INVALID_REQUEST', 'from must lie before to.')
    if ((toMs - fromMs) * repeat > spanMaxMs)
      throw new Fault(
        'INVALID_REQUEST',
        'A replay covers 31 days at most, each repetition counted; choose a shorter range.',
      )
    if (settings) checkSettings(settings, this.#config)
  }

  #laneOf(tenant: TenantId, settings: DetectionSettingsInput): ReplayLane {
    const { catalog, watch: live } = this.#deps
    const watch = new WatchList(this.#config, catalog)
    watch.configure(tenant, settings)
    watch.correct(tenant, live.corrections(tenant))
    const forgetMs = durationMs(this.#config.forget_after)
    return new ReplayLane({ watch, catalog }, { ...this.#engine, forgetMs })
  }

  async #replay(
    tenant: TenantId,
    request: ReplayRequest,
    lanes: readonly ReplayLane[],
  ): Promise<DetectionReplay> {
    const { clock, points, settingsOf } = this.#deps
    const { fromMs, toMs, settings, seriesMax, repeat = 1 } = request
    const endsMs = clock.monotonic() + timeMaxMs
    const turn = new Turn(clock)
    const { refs, leftOut } = await candidatesOf(
      { tenant, current: settingsOf(tenant), changed: settings, seriesMax },
      { ...this.#deps, config: this.#config },
      turn,
    )
    const warmMs = Math.max(0, fromMs - warmUpMs)
    const played = await play(points, { tenant, refs, warmMs, fromMs, toMs, repeat, pointsMax }, lanes, {
      late: () => clock.monotonic() >= endsMs,
      give: async () => {
        if (turn.due()) await turn.give()
      },
    })
    const range = { fromMs, endMs: fromMs + (toMs - fromMs) * repeat }
    leftOut.push(...leftOutOf(played, range, refs.length))
    const incidents = lanes.map((lane) => this.#incidents(tenant, lane, range))
    const [current, changed] = lanes.map((lane, at) => totalsOf(lane, played, range, incidents[at]))
    const shown = incidents.at(-1)
    if (!shown) leftOut.push('Incidents: there were too many anomalies to tell.')
    return {
      ...{ from: isoTime(fromMs), to: isoTime(toMs), repeat, warm_up_seconds: warmUpMs / 1e3 },
      current: current as DetectionReplay['current'],
      changed: changed ?? null,
      ...foundOf(lanes, refs, range),
      incidents: shown?.slice(0, incidentsListMax) ?? [],
      left_out: leftOut,
    }
  }

  #incidents(tenant: TenantId, lane: ReplayLane, { fromMs, endMs }: Range): ReplayedIncident[] | undefined {
    const changes = lane.changes(fromMs)
    return changes && this.#deps.incidentsOf?.(tenant, changes, endMs)
  }
}

function leftOutOf(played: Played, { endMs }: Range, series: number): string[] {
  const leftOut: string[] = []
  const { stopped, toMs, bySeries } = played
  if (stopped && toMs < endMs) {
    const why = {
      ...{ POINTS: `more than ${pointsMax} points`, TIME: `${timeMaxMs / 1e3} s had passed` },
      DENSE: 'too many points at one time',
    }[stopped]
    leftOut.push(`What came after ${isoTime(toMs)}: ${why}; choose a shorter range or fewer series.`)
  }
  const empty = series - bySeries.size
  if (empty > 0) leftOut.push(`${empty} series: nothing is recorded of them in this range.`)
  leftOut.push('Anomalies of log lines and traces, silences and correlation rules are not replayed.')
  return leftOut
}

/** Without other settings nothing differs, and what is found is all there is to tell. */
function foundOf(lanes: readonly ReplayLane[], refs: readonly SeriesRef[], { fromMs, endMs }: Range): Found {
  const [current, changed] = lanes.map((lane) => lane.anomalies(fromMs))
  const found: Found = {
    ...{ added: [], gone: [], altered: [] },
    counts: { added: 0, gone: 0, altered: 0, same: 0 },
  }
  for (const ref of refs) {
    const now = current?.get(ref) ?? []
    const { added, gone, altered, same } = changed
      ? compared(now, changed.get(ref) ?? [], endMs)
      : { added: now, gone: [], altered: [], same: 0 }
    found.added.push(...added)
    found.gone.push(...gone)
    found.altered.push(...altered)
    found.counts.same += same
  }
  const first = (a: ReplayedAnomaly, b: ReplayedAnomaly): number => a.detected_at.localeCompare(b.detected_at)
  const { counts, added, gone, altered } = found
  return {
    counts: { ...counts, added: added.length, gone: gone.length, altered: altered.length },
    added: added.sort(first).slice(0, listMax),
    gone: gone.sort(first).slice(0, listMax),
    altered: altered.sort((a, b) => first(a.current, b.current)).slice(0, listMax),
  }
}

function totalsOf(
  lane: ReplayLane,
  played: Played,
  { fromMs }: Range,
  incidents: readonly ReplayedIncident[] | undefined,
): DetectionReplay['current'] {
  let [series, points, seriesDays] = [0, 0, 0]
  for (const [ref, { points: own, firstMs, lastMs }] of played.bySeries) {
    if (!lane.knows(ref)) continue
    series += 1
    points += own
    seriesDays += Math.max(0, lastMs - firstMs) / dayMs
  }
  const episodes = lane.episodes(fromMs)
  return {
    ...{ series, points, episodes, series_days: seriesDays },
    episodes_per_series_day: seriesDays > 0 ? episodes / seriesDays : null,
    incidents: incidents?.length ?? null,
  }
}
