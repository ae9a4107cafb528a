import type { DetectionSettingsInput } from '@aiops/contract/model/detection'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Turn } from '../../../kernel/turn.ts'
import type { SeriesCatalog, SeriesRef } from '../../../port/metric-store.ts'
import type { DetectConfig } from '../config.ts'
import { type Profile, ruledProfile, widerProfile } from '../rule/profile.ts'
import { Rules } from '../rule/rule.ts'
import type { WatchList } from '../watch-list.ts'

type Asked = {
  tenant: TenantId
  current: DetectionSettingsInput
  changed: DetectionSettingsInput | undefined
  seriesMax: number
}

/** Series that either of the two settings watches, those that they judge otherwise first; and what was left out of them. */
export async function candidatesOf(
  { tenant, current, changed, seriesMax }: Asked,
  deps: { watch: WatchList; catalog: SeriesCatalog; config: DetectConfig },
  turn: Turn,
): Promise<{ refs: SeriesRef[]; leftOut: string[] }> {
  const { watch, catalog, config } = deps
  const now = new Rules(config, current)
  const then = changed && new Rules(config, changed)
  const { refs, standing } = await watch.refsOf(tenant, turn)
  const alike: SeriesRef[] = []
  const differing: SeriesRef[] = []
  for (const ref of refs) {
    if (turn.due()) await turn.give()
    const { labels, meta } = catalog.describe(ref)
    const profile = (rules: Rules): Profile | undefined => {
      const plain = ruledProfile(labels, meta, rules.of(labels))
      return plain && widerProfile(plain, watch.correctionOf(tenant, labels))
    }
    const one = profile(now)
    const other = then ? profile(then) : one
    if (!one && !other) continue
    const isAlike = JSON.stringify(one) === JSON.stringify(other)
    ;(isAlike ? alike : differing).push(ref)
  }
  const all = [...differing, ...alike]
  const leftOut: string[] = []
  if (all.length > seriesMax)
    leftOut.push(`${all.length - seriesMax} series beyond the first ${seriesMax}; raise series_max.`)
  if (standing.refused > 0)
    leftOut.push(
      `${standing.refused} series that are not watched for want of room are among those looked at.`,
    )
  return { refs: all.slice(0, seriesMax), leftOut }
}
