import type {
  DetectionReplay,
  DetectionSettingsInput,
  ReplayedAnomaly,
} from '@aiops/contract/model/detection'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, isFault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { MetricStore, SeriesCatalog, SeriesData, SeriesDescription } from '../../../port/metric-store.ts'
import type { DetectConfig } from '../config.ts'
import { type Profile, ruledProfile, widerProfile } from '../rule/profile.ts'
import { Rules } from '../rule/rule.ts'
import { checkSettings } from '../rule/tenant-settings.ts'
import type { DetectSettings } from '../settings.ts'
import type { WatchList } from '../watch-list.ts'
import { compared } from './comparison.ts'
import { ReplayLane } from './replay-lane.ts'

export type ReplayRequest = {
  fromMs: number
  toMs: number
  settings?: DetectionSettingsInput | undefined
  seriesMax: number
}

export type ReplayDeps = {
  watch: WatchList
  catalog: SeriesCatalog
  points: Pick<MetricStore, 'range'>
  clock: Clock
  /** As a tenant has set them. */
  settingsOf(tenant: TenantId): DetectionSettingsInput
}

const dayMs = 86_400_000
const warmUpMs = 6 * 3_600_000
const spanMaxMs = 31 * dayMs
const pointsMax = 20_000_000
const batchSeries = 40
/** What was not reached by then is left out: whoever asks waits no longer. */
const timeMaxMs = 20_000
const listMax = 200

type Candidate = {
  description: SeriesDescription
  current: Profile | undefined
  changed: Profile | undefined
}
type Totals = { series: number; points: number; episodes: number; seriesDays: number }
type Found = Pick<DetectionReplay, 'added' | 'gone' | 'altered' | 'counts'>

/** Recorded points through the live engine, with the settings as they are and as they would be. One at a time. */
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
    const lanes = [this.#engine, ...(request.settings ? [this.#engine] : [])].map(
      (settings) => new ReplayLane(settings, this.#config.worker),
    )
    try {
      for (const lane of lanes) await lane.open()
      return await this.#replay(tenant, request, lanes)
    } finally {
      for (const lane of lanes) await lane.close()
      this.#running = false
    }
  }

  #check({ fromMs, toMs, settings }: ReplayRequest): void {
    if (!(fromMs < toMs)) throw new Fault('INVALID_REQUEST', 'from must lie before to.')
    if (toMs - fromMs > spanMaxMs)
      throw new Fault('INVALID_REQUEST', 'A replay covers 31 days at most; choose a shorter range.')
    if (settings) checkSettings(settings, this.#config)
  }

  async #replay(
    tenant: TenantId,
    request: ReplayRequest,
    lanes: readonly ReplayLane[],
  ): Promise<DetectionReplay> {
    const { clock } = this.#deps
    const { fromMs, toMs } = request
    const endsMs = clock.monotonic() + timeMaxMs
    const turn = new Turn(clock)
    const { chosen, leftOut } = await this.#candidates(tenant, request, turn)
    const totals = lanes.map((): Totals => ({ series: 0, points: 0, episodes: 0, seriesDays: 0 }))
    const found: Found = {
      ...{ added: [], gone: [], altered: [] },
      counts: { added: 0, gone: 0, altered: 0, same: 0 },
    }
    let points = 0
    let reached = 0
    let empty = 0
    let tooMany = 0
    while (reached < chosen.length && points < pointsMax && clock.monotonic() < endsMs) {
      const batch = chosen.slice(reached, reached + batchSeries)
      reached += batch.length
      const read = await this.#read(tenant, batch, request, pointsMax - points)
      if (!read) {
        tooMany += batch.length
        continue
      }
      empty += batch.length - read.length
      points += read.reduce((sum, { data }) => sum + data.timesMs.length, 0)
      await this.#judge(read, { fromMs, toMs }, lanes, totals, found, turn)
    }
    const [current, changed] = totals.map(totalsOf)
    if (chosen.length > reached)
      leftOut.push(
        `${chosen.length - reached} series: ${points >= pointsMax ? `${pointsMax} points were read` : `${timeMaxMs / 1e3} s had passed`} before their turn; choose a shorter range.`,
      )
    if (tooMany > 0) leftOut.push(`${tooMany} series: they have too many points in this range.`)
    if (empty > 0) leftOut.push(`${empty} series: nothing is recorded of them in this range.`)
    leftOut.push('Entities that fell silent, and anomalies of logs and traces, are not replayed.')
    return {
      ...{ from: isoTime(fromMs), to: isoTime(toMs), warm_up_seconds: warmUpMs / 1e3 },
      current: current as DetectionReplay['current'],
      changed: changed ?? null,
      ...found,
      left_out: leftOut,
    }
  }

  /** Series that either of the two watches; those that they judge otherwise first. */
  async #candidates(
    tenant: TenantId,
    { settings, seriesMax }: ReplayRequest,
    turn: Turn,
  ): Promise<{ chosen: Candidate[]; leftOut: string[] }> {
    const { watch, catalog, settingsOf } = this.#deps
    const now = new Rules(this.#config, settingsOf(tenant))
    const then = settings ? new Rules(this.#config, settings) : now
    const { refs, standing } = await watch.refsOf(tenant, turn)
    const alike: Candidate[] = []
    const differing: Candidate[] = []
    for (const ref of refs) {
      if (turn.due()) await turn.give()
      const description = catalog.describe(ref)
      const profile = (rules: Rules): Profile | undefined => {
        const { labels, meta } = description
        const plain = ruledProfile(labels, meta, rules.of(labels))
        return plain && widerProfile(plain, watch.correctionOf(tenant, labels))
      }
      const current = profile(now)
      const changed = settings ? profile(then) : undefined
      if (!current && !changed) continue
      const isAlike = JSON.stringify(current) === JSON.stringify(changed)
      ;(isAlike ? alike : differing).push({ description, current, changed })
    }
    const all = [...differing, ...alike]
    const leftOut: string[] = []
    if (all.length > seriesMax)
      leftOut.push(`${all.length - seriesMax} series beyond the first ${seriesMax}; raise series_max.`)
    if (standing.refused > 0)
      leftOut.push(
        `${standing.refused} series that are not watched for want of room are among those looked at.`,
      )
    return { chosen: all.slice(0, seriesMax), leftOut }
  }

  /** Undefined where there are more points than may be read. */
  async #read(
    tenant: TenantId,
    batch: readonly Candidate[],
    { fromMs, toMs }: ReplayRequest,
    samplesMax: number,
  ): Promise<(Candidate & { data: SeriesData })[] | undefined> {
    try {
      const data = await this.#deps.points.range({
        ...{ tenant, refs: batch.map(({ description }) => description.ref), samplesMax },
        ...{ startMs: Math.max(0, fromMs - warmUpMs), endMs: toMs },
      })
      return data.flatMap((one) => {
        const candidate = batch.find(({ description }) => description.ref === one.ref)
        return candidate && one.timesMs.length > 0 ? [{ ...candidate, data: one }] : []
      })
    } catch (error) {
      if (isFault(error) && error.code === 'INVALID_REQUEST') return undefined
      throw error
    }
  }

  async #judge(
    read: readonly (Candidate & { data: SeriesData })[],
    range: { fromMs: number; toMs: number },
    lanes: readonly ReplayLane[],
    totals: readonly Totals[],
    found: Found,
    turn: Turn,
  ): Promise<void> {
    const give = async (): Promise<void> => {
      if (turn.due()) await turn.give()
    }
    const anomalies = await Promise.all(
      lanes.map((lane, i) => {
        const series = read.map(({ description, current, changed, data }) => ({
          ...{ description, data, profile: i === 0 ? current : changed },
        }))
        const total = totals[i] as Totals
        for (const { profile, data } of series) if (profile) addTo(total, data, range)
        return lane.run(series, range, give)
      }),
    )
    for (const [i, lists] of anomalies.entries())
      (totals[i] as Totals).episodes += lists.reduce((sum, list) => sum + list.length, 0)
    const [current = [], changed] = anomalies
    for (const [at, list] of current.entries()) addFound(found, list, changed?.[at], range.toMs)
  }
}

function addFound(
  found: Found,
  current: readonly ReplayedAnomaly[],
  changed: readonly ReplayedAnomaly[] | undefined,
  toMs: number,
): void {
  // Without other settings nothing differs, and what is found is all there is to tell.
  const { added, gone, altered, same } = changed
    ? compared(current, changed, toMs)
    : { added: [...current], gone: [], altered: [], same: 0 }
  const { counts } = found
  counts.added += added.length
  counts.gone += gone.length
  counts.altered += altered.length
  counts.same += same
  found.added.push(...added.slice(0, listMax - found.added.length))
  found.gone.push(...gone.slice(0, listMax - found.gone.length))
  found.altered.push(...altered.slice(0, listMax - found.altered.length))
}

function addTo(total: Totals, { timesMs }: SeriesData, { fromMs }: { fromMs: number }): void {
  const lastMs = timesMs.at(-1) ?? 0
  const firstMs = Math.max(fromMs, timesMs[0] ?? 0)
  total.series += 1
  total.points += timesMs.length
  total.seriesDays += Math.max(0, lastMs - firstMs) / dayMs
}

const totalsOf = ({ series, points, episodes, seriesDays }: Totals): DetectionReplay['current'] => ({
  ...{ series, points, episodes, series_days: seriesDays },
  episodes_per_series_day: seriesDays > 0 ? episodes / seriesDays : null,
})
