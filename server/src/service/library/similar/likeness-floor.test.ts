import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import { type Alike, mostAlike } from './likeness.ts'
import { LikenessFloor } from './likeness-floor.ts'
import { type IncidentProfile, profileForm } from './profile.ts'
import { ProfileBook } from './profile-book.ts'

const kinds = 8

type Made = { alerts: string[]; symptoms: string[]; category: string | null; place: string }

const profileOf = (id: string, { alerts, symptoms, category, place }: Made): IncidentProfile => ({
  ...{ form: profileForm, id, number: 1, title: '', severity: 'HIGH', seconds_to_resolve: 60, runbook: null },
  ...{
    started_at: '2026-01-01T00:00:00Z',
    resolved_at: '2026-01-01T00:01:00Z',
    messages: [],
    resolution: '',
  },
  ...{ alerts, symptoms: symptoms.map((metric) => ({ metric, course: 'ROSE' as const })), words: [] },
  ...{ entities: [place], primary: place, place: null, changes: [] },
  cause:
    category === null
      ? null
      : {
          ...{ entity: place, category, metric: null, sentence: '', confirmed: false, by: null },
          probability: 0.7,
        },
})

/** Signs of one kind of fault, beside what fires whatever the cause. */
const kindOf = (kind: number, at: number): Made => ({
  alerts: [`alert-${kind}`, `warning-${kind}`, 'HighLatency'],
  symptoms: [`level.${kind}`, `wait.${kind}`, 'http.server.request.duration'],
  category: `CATEGORY_${kind}`,
  place: `service/s${at}`,
})

async function past(count: number, kindAt: (at: number) => number): Promise<Asking> {
  const book = new ProfileBook(1_000)
  for (let at = 0; at < count; at += 1) book.put(profileOf(`past-${at}`, kindOf(kindAt(at), at)))
  const floor = new LikenessFloor(book, 0.3)
  await floor.refresh(new Turn(new ManualClock()))
  return (made) => mostAlike(profileOf('now', made), book, { floorAt: (known) => floor.at(known), limit: 5 })
}
type Asking = (made: Made) => { floor: { together: number }; alike: Alike[] }

const idsOf = ({ alike }: ReturnType<Asking>): string[] => alike.map(({ profile }) => profile.id)

describe('what counts as alike', () => {
  it('finds those of the same kind, at another place', async () => {
    const ask = await past(80, (at) => at % kinds)
    const found = idsOf(ask(kindOf(3, 900)))
    expect(found).toHaveLength(5)
    for (const id of found) expect(Number(id.slice(5)) % kinds).toBe(3)
  })

  it('is none where the alerts are those of one kind and what went wrong that of another', async () => {
    const ask = await past(80, (at) => at % kinds)
    const neither = { ...kindOf(3, 900), alerts: kindOf(5, 0).alerts }
    expect(idsOf(ask({ ...neither, category: 'CATEGORY_7' }))).toEqual([])
  })

  it('is none for signs that nothing before had, whatever general ones it shares', async () => {
    const ask = await past(80, (at) => at % kinds)
    expect(idsOf(ask({ ...kindOf(99, 3), category: 'CATEGORY_3' }))).toEqual([])
  })

  it('asks less of one that has just begun, of which less is known', async () => {
    const ask = await past(80, (at) => at % kinds)
    const young = { ...kindOf(3, 900), alerts: ['alert-3'], symptoms: ['wait.3'], category: null }
    expect(ask(young).floor.together).toBeLessThan(ask(kindOf(3, 900)).floor.together)
    expect(idsOf(ask(young)).every((id) => Number(id.slice(5)) % kinds === 3)).toBe(true)
    expect(idsOf(ask(young))).not.toEqual([])
  })

  it('still finds the only one before it, and those of a system that has one kind of trouble', async () => {
    const once = await past(80, (at) => (at === 40 ? kinds : at % kinds))
    expect(idsOf(once(kindOf(kinds, 900)))).toEqual(['past-40'])
    const same = await past(40, () => 1)
    expect(idsOf(same(kindOf(1, 900)))).toHaveLength(5)
  })

  it('needs half in common while there is little to compare with', async () => {
    const ask = await past(6, (at) => at)
    expect(ask(kindOf(3, 900)).floor.together).toBe(0.5)
    expect(idsOf(ask(kindOf(3, 900)))).toEqual(['past-3'])
    expect(idsOf(ask({ ...kindOf(9, 900), alerts: ['alert-3', 'alert-9'] }))).toEqual([])
  })

  it('is the same whenever it is measured on the same incidents', async () => {
    const [one, two] = [await past(80, (at) => at % kinds), await past(80, (at) => at % kinds)]
    expect(one(kindOf(2, 900))).toEqual(two(kindOf(2, 900)))
  })
})
