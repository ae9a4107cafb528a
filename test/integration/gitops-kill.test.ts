import type { Deployment } from '@aiops/contract/model/deployment'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type GitopsRig, openGitopsRig } from '../journey/gitops.ts'
import { engineProgram, findEngine, integration } from './real-server.ts'

const engine = findEngine()

const slowSeconds = 3

/** Until the record says so; nothing is awaited between the look and the kill. */
type Moment = {
  when: string
  service: string
  approves: boolean
  is(seen: Deployment): boolean
  afterMs?: number
}
const moments: Moment[] = [
  {
    when: 'with a merge request just opened',
    service: 'orders',
    approves: false,
    is: ({ merge_request }) => merge_request !== null,
  },
  {
    when: 'while it is planned',
    service: 'reports',
    approves: false,
    is: ({ state }) => state === 'REQUESTED',
    afterMs: 700,
  },
  {
    when: 'with an approval just given',
    service: 'mail',
    approves: true,
    is: ({ state, approvals }) => state === 'AWAITING_APPROVAL' || approvals.length > 0,
  },
  {
    when: 'with its merge request just merged',
    service: 'orders',
    approves: true,
    is: ({ merged_sha }) => merged_sha !== null,
  },
  {
    when: 'in the midst of the apply',
    service: 'reports',
    approves: true,
    is: ({ state }) => state === 'APPLYING',
    afterMs: 1_500,
  },
  {
    when: 'while it is watched',
    service: 'mail',
    approves: true,
    is: ({ state }) => state === 'VERIFYING',
  },
]

integration('the real program, killed', [engineProgram], () => {
  let rig: GitopsRig
  beforeAll(async () => {
    rig = await openGitopsRig({
      ...{ engine: engine ?? '', slowSeconds, gitops: { lease: '2s' } },
      policy: 'extends: default\nwithout: [runs-code]\n',
    })
  }, 120_000)
  afterAll(() => rig?.close())

  it.each(moments)(
    '$when: the change goes on to its end by itself, and nothing of it is lost',
    { timeout: 180_000 },
    async ({ service, approves, is, afterMs = 0 }) => {
      const isAway = new RegExp(`${service}_provider +=\\s"alibaba"`).test(await rig.variables())
      const to = isAway ? 'aws' : 'alibaba'
      const before = rig.marks().length
      const id = await rig.change(service, to)
      if (approves) await rig.approve(id)
      await vi.waitFor(
        async () => {
          const seen = await rig.see(id)
          if (!is(seen)) throw new Error(seen.state)
        },
        { timeout: 60_000, interval: 20 },
      )
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      await rig.crash()
      const kept = await rig.settles(id)
      expect(kept.changes).toMatchObject([{ after: to }])
      expect(await rig.variables()).toMatch(new RegExp(`${service}_provider +=\\s"${to}"`))
      const marks = rig.marks().slice(before)
      expect(marks).toEqual([`${service} ${to}`])
      // What the engine keeps of it says the same: nothing is left to be done.
      expect((await rig.as('ops').checkDrift({ body: {} })).checks).toMatchObject([{ result: 'NONE' }])
      const { items } = await rig.as('dev').listMergeRequests({ params: { project: 'infra' }, query: {} })
      expect(items.filter(({ source }) => source === kept.branch)).toHaveLength(1)
    },
  )
})
