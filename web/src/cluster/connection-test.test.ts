import { ApiError, type Client } from '@aiops/contract/client'
import { describe, expect, it } from 'vitest'
import { type TestState, testConnection } from './connection-test.ts'
import { emptyDraft } from './draft.ts'

const refusal = (code: 'CREDENTIALS_INVALID' | 'CLUSTER_ALREADY_EXISTS'): ApiError =>
  new ApiError(422, { code, message: 'expired', trace_id: '', timestamp: '' })

function rig(answers: Record<string, () => unknown>) {
  const asked: string[] = []
  const made: (string | undefined)[] = []
  const told: TestState[] = []
  const client = new Proxy({} as Client, {
    get: (_, name: string) => async () => {
      asked.push(name)
      return answers[name]?.()
    },
  })
  const run = () =>
    testConnection(
      client,
      emptyDraft,
      (state) => void told.push(state),
      (id) => void made.push(id),
    )
  return { asked, made, told, run }
}
const good = {
  createCluster: () => ({ id: 'n', name: 'lab' }),
  putClusterCredentials: () => ({ expires_at: null, warnings: [] }),
  refreshCluster: () => ({ id: 'n', name: 'lab', seen: true }),
  getClusterRbac: () => ({ manifest: 'kind: X', missing: ['list pods'] }),
}
const fail = (error: Error) => () => {
  throw error
}

describe('testConnection', () => {
  it('registers, tries, looks and asks what is missing, in this order', async () => {
    const { asked, told, run } = rig(good)
    const end = await run()
    expect(asked).toEqual(['createCluster', 'putClusterCredentials', 'refreshCluster', 'getClusterRbac'])
    expect(end).toMatchObject({ end: 'READY', cluster: { seen: true }, rbac: { missing: ['list pods'] } })
    expect(told[0]?.steps).toEqual({ REGISTER: { result: 'RUNNING' } })
  })
  it('leaves no half-made cluster where the credentials do not serve', async () => {
    const { asked, made, run } = rig({ ...good, putClusterCredentials: fail(refusal('CREDENTIALS_INVALID')) })
    const end = await run()
    expect(asked).toEqual(['createCluster', 'putClusterCredentials', 'deleteCluster'])
    expect(end).toMatchObject({ end: 'REMOVED', cluster: undefined })
    expect(end.steps.CREDENTIALS).toMatchObject({ result: 'FAILED' })
    expect(made).toEqual(['n', undefined])
  })
  it('says so where even that fails, and goes on knowing it as half made', async () => {
    const broken = {
      putClusterCredentials: fail(refusal('CREDENTIALS_INVALID')),
      deleteCluster: fail(new Error()),
    }
    const { made, run } = rig({ ...good, ...broken })
    expect((await run()).end).toBe('LEFT')
    expect(made).toEqual(['n'])
  })
  it('stops where the cluster cannot be registered', async () => {
    const { asked, run } = rig({ ...good, createCluster: fail(refusal('CLUSTER_ALREADY_EXISTS')) })
    expect((await run()).end).toBe('NOT_MADE')
    expect(asked).toEqual(['createCluster'])
  })
  it('keeps a cluster that could not be looked at yet', async () => {
    const { asked, run } = rig({ ...good, refreshCluster: fail(new Error('slow')) })
    expect(await run()).toMatchObject({ end: 'READY', cluster: { id: 'n' } })
    expect(asked).not.toContain('deleteCluster')
  })
})
