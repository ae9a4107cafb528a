import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { Cluster } from '@aiops/contract/model/cluster'
import { clusterInputOf, credentialInputOf, type Draft } from './draft.ts'

export type StepName = 'REGISTER' | 'CREDENTIALS' | 'LOOK' | 'PERMISSIONS'
export type StepState =
  | { result: 'RUNNING' }
  | { result: 'DONE'; message: string }
  /** The rest went on without it. */
  | { result: 'FAILED'; error: unknown }
export type Rbac = OperationOutput<Api['getClusterRbac']>
export type TestState = {
  steps: Partial<Record<StepName, StepState>>
  cluster: Cluster | undefined
  rbac: Rbac | undefined
  /** REMOVED: credentials did not serve, and the cluster made for them is gone again. LEFT: it could not be removed. */
  end: 'RUNNING' | 'READY' | 'REMOVED' | 'NOT_MADE' | 'LEFT'
}

type TestClient = Pick<
  Client,
  'createCluster' | 'putClusterCredentials' | 'refreshCluster' | 'getClusterRbac' | 'deleteCluster'
>

/**
 * Registers the cluster, tries its credentials, looks at it and asks what is missing of its permissions. `tell` hears of each step.
 * Where the credentials do not serve, the cluster is removed again: no half-made one is left. `made` hears of its id, so that whoever
 * closes the page in between can remove it.
 */
export async function testConnection(
  client: TestClient,
  draft: Draft,
  tell: (state: TestState) => void,
  made: (id: string | undefined) => void,
): Promise<TestState> {
  let state: TestState = { steps: {}, cluster: undefined, rbac: undefined, end: 'RUNNING' }
  const put = (part: Partial<TestState>): TestState => {
    state = { ...state, ...part }
    tell(state)
    return state
  }
  async function step<T>(
    name: StepName,
    run: () => Promise<T>,
    say: (found: T) => string,
  ): Promise<T | undefined> {
    const at = (one: StepState): void => void put({ steps: { ...state.steps, [name]: one } })
    at({ result: 'RUNNING' })
    try {
      const found = await run()
      at({ result: 'DONE', message: say(found) })
      return found
    } catch (error) {
      at({ result: 'FAILED', error })
      return undefined
    }
  }

  const fresh = await step(
    'REGISTER',
    () => client.createCluster({ body: clusterInputOf(draft) }),
    ({ name }) => `${name} is registered.`,
  )
  if (!fresh) return put({ end: 'NOT_MADE' })
  made(fresh.id)
  put({ cluster: fresh })
  const params = { id: fresh.id }
  const body = credentialInputOf(draft.credentials, draft.backends)
  const stored = await step(
    'CREDENTIALS',
    () => client.putClusterCredentials({ params, body }),
    ({ expires_at, warnings }) => storedText(expires_at, warnings),
  )
  if (!stored) {
    const end = await client.deleteCluster({ params }).then(
      () => 'REMOVED' as const,
      () => 'LEFT' as const,
    )
    if (end === 'REMOVED') made(undefined)
    return put({ end, ...(end === 'REMOVED' && { cluster: undefined }) })
  }
  made(undefined)
  const seen = await step(
    'LOOK',
    () => client.refreshCluster({ params }),
    () => 'Its health was checked, and its version and capabilities looked for.',
  )
  if (seen) put({ cluster: seen })
  const rbac = await step(
    'PERMISSIONS',
    () => client.getClusterRbac({ params }),
    ({ missing }) =>
      missing.length === 0 ? 'Everything that is needed may be read.' : 'Some may not be read.',
  )
  return put({ rbac, end: 'READY' })
}

const storedText = (expires: string | null, warnings: readonly string[]): string =>
  [
    'The cluster took them; they are stored encrypted and never shown again.',
    ...(expires ? [`They serve until ${expires.slice(0, 16).replace('T', ' ')} UTC.`] : []),
    ...warnings,
  ].join(' ')
