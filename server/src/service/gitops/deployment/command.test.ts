import { describe, expect, it } from 'vitest'
import type { StoredDeployment } from '../../../port/deployment-repository.ts'
import type { ForgeNote } from '../../../port/forge.ts'
import { commandsOf, obey } from './command.ts'
import { DeploymentConfig } from './config.ts'
import type { Drive } from './drive.ts'
import { newDeployment } from './record.ts'

const noteOf = (number: number, by: string, text: string, edited = false): ForgeNote => ({
  ...{ number, by, text, edited, atMs: number },
})

/** A deployment that waits for approval, with these comments under its merge request. */
function open(notes: ForgeNote[], kind: 'LOCAL' | 'GITHUB' = 'LOCAL', people: Record<string, string> = {}) {
  const said: string[] = []
  const unlocked: string[] = []
  let current = newDeployment(
    'default',
    {
      ...{
        id: 'd1',
        service: 'cart',
        title: 'Move',
        author: 'aiops-bot',
        repository: 'infra',
        stack: 'prod',
      },
      ...{ changes: [], state: 'AWAITING_APPROVAL', merge_request: { number: 3, url: '' }, head_sha: 'h' },
    },
    {},
    1_000,
  )
  const swaps: StoredDeployment[] = []
  const drive = {
    deps: {
      clock: { now: () => 2_000 },
      log: { debug: () => undefined },
      changed: () => undefined,
      deployments: {
        swap: async (next: StoredDeployment) => {
          swaps.push(next)
          current = { ...next, revision: next.revision + 1 }
          return 'SWAPPED'
        },
      },
      may: (_tenant: string, name: string, permission: string) =>
        name === 'dana' || (name === 'dev' && permission === 'deployments:write'),
      unlock: async (...[, , , by]: string[]) => {
        unlocked.push(by ?? '')
        return { released: true, message: 'given back.' }
      },
    },
    config: DeploymentConfig.parse({ people }),
    holder: 'me',
    repository: {
      forge: {
        kind,
        notes: async (_number: number, after: number) => notes.filter(({ number }) => number > after),
        note: async (_number: number, _key: string, text: string) => void said.push(text),
      },
    },
    stack: { name: 'prod' },
    signal: new AbortController().signal,
    current,
  } as unknown as Drive
  return { drive, said, unlocked, swaps, state: () => current }
}

describe('a comment', () => {
  it('is a command where it is nothing else, and was never edited', () => {
    const others = ['please aiops plan', 'aiops plan\nand more', 'aiops approve', 'aiops plan --all', 'AIOPS']
    expect(commandsOf(others.map((text, at) => noteOf(at, 'dana', text)))).toEqual([])
    expect(commandsOf([noteOf(1, 'dana', 'aiops plan', true)])).toEqual([])
    expect(commandsOf([noteOf(1, 'dana', `aiops plan${' '.repeat(1_000_000)}`)])).toEqual([])
    expect(commandsOf([noteOf(1, 'dana', ' aiops plan\n'), noteOf(2, 'dana', 'aiops plan')])).toEqual([
      { verb: 'plan', note: 2, login: 'dana' },
    ])
  })

  it('aiops plan plans again, by whoever may write, and once', async () => {
    const { drive, state, swaps } = open([noteOf(5, 'dev', 'aiops plan')])
    await obey(drive)
    expect(state().deployment).toMatchObject({ state: 'REQUESTED', plan: null, approvals: [] })
    expect(state().deployment.steps.at(-1)).toMatchObject({ actor: 'dev' })
    await obey(drive)
    expect(swaps).toHaveLength(1)
  })

  it('aiops unlock needs the right to approve', async () => {
    const { drive, said, unlocked, state } = open([
      noteOf(5, 'dev', 'aiops unlock'),
      noteOf(6, 'dana', 'aiops unlock'),
    ])
    await obey(drive)
    expect(unlocked).toEqual(['dana'])
    expect(said[0]).toContain('of dev was not done: it needs the permission deployments:approve')
    expect(said[0]).toContain('given back')
    expect(state().deployment.state).toBe('AWAITING_APPROVAL')
  })

  it('of another forge is obeyed for logins that gitops.people names, and for nobody of the same name', async () => {
    const { drive, state, said } = open([noteOf(5, 'dana', 'aiops plan')], 'GITHUB')
    await obey(drive)
    expect(state().deployment.state).toBe('AWAITING_APPROVAL')
    expect(said[0]).toContain('gitops.people does not say who that is')
    const mapped = open([noteOf(5, 'octodana', 'aiops plan')], 'GITHUB', { octodana: 'dana' })
    await obey(mapped.drive)
    expect(mapped.state().deployment).toMatchObject({ state: 'REQUESTED' })
  })

  it('of the platform itself, or of somebody without a right, does nothing', async () => {
    const { drive, state } = open([noteOf(5, 'aiops-bot', 'aiops plan'), noteOf(6, 'eve', 'aiops plan')])
    await obey(drive)
    expect(state().deployment.state).toBe('AWAITING_APPROVAL')
    expect(state().work.notesTo).toBe(6)
  })

  it('that cannot be read holds up nothing', async () => {
    const { drive, state } = open([])
    Object.assign(drive.repository.forge, { notes: () => Promise.reject(new Error('502')) })
    await obey(drive)
    expect(state().deployment.state).toBe('AWAITING_APPROVAL')
  })
})
