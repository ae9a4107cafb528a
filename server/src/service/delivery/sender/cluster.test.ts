import { describe, expect, it } from 'vitest'
import { readArgoCd, readArgoRollouts } from './argo.ts'
import { readChaos } from './chaos.ts'
import { readFlux } from './flux.ts'

const message = (body: object) => ({
  ...{ body: body as Record<string, unknown>, event: '', delivery: 'd1', deploying: [] },
})

describe('notifications of Argo CD', () => {
  const app = {
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
    metadata: {
      name: 'shop-cart',
      namespace: 'argocd',
      uid: 'u1',
      annotations: { 'aiops/entities': 'service/cart' },
      labels: { 'app.kubernetes.io/name': 'cart' },
    },
    spec: { source: { repoURL: 'https://github.com/acme/shop.git' }, destination: { namespace: 'shop' } },
    status: {
      operationState: {
        phase: 'Succeeded',
        startedAt: '2026-03-01T10:00:00Z',
        finishedAt: '2026-03-01T10:01:00Z',
        operation: { initiatedBy: { username: 'ana' } },
        syncResult: {
          revision: 'a'.repeat(40),
          resources: [
            { kind: 'Deployment', namespace: 'shop', name: 'basket' },
            { kind: 'ConfigMap', name: 'x' },
          ],
        },
      },
      history: [{ revision: 'b'.repeat(40) }, { revision: 'a'.repeat(40) }],
      summary: { images: ['cart:1.3'] },
    },
  }
  it.each([
    ['alone', app],
    ['as app', { app, url: 'https://argo/x' }],
  ])('an Application %s', (_, body) => {
    expect(readArgoCd(message(body)).told).toMatchObject([
      {
        ...{ kind: 'ROLLOUT', at: '2026-03-01T10:01:00.000Z', actor: 'ana', explicit: ['service/cart'] },
        summary: 'sync of application shop-cart to aaaaaaaa succeeded',
        fields: [
          { path: 'revision', before: 'b'.repeat(40), after: 'a'.repeat(40) },
          { path: 'images', before: null, after: 'cart:1.3' },
        ],
        repositories: ['https://github.com/acme/shop.git'],
        names: [
          { name: 'shop-cart', namespace: 'shop' },
          { name: 'cart', namespace: 'shop' },
          { name: 'basket', namespace: 'shop' },
        ],
      },
    ])
  })
  it('the published template', () => {
    const body = {
      app: 'shop-cart',
      namespace: 'shop',
      revision: 'v2',
      phase: 'Failed',
      finished_at: '2026-03-01T10:01:00Z',
      repo_url: 'https://x/acme/shop',
      entities: 'service/cart',
    }
    expect(readArgoCd(message(body)).told).toMatchObject([
      {
        at: '2026-03-01T10:01:00.000Z',
        summary: 'sync of application shop-cart to v2 failed',
        explicit: ['service/cart'],
        repositories: ['https://x/acme/shop'],
      },
    ])
  })
  it('a sync that is being taken back, and what is no Application, say so', () => {
    const terminating = { ...app, status: { operationState: { phase: 'Terminating' } } }
    for (const body of [terminating, { hello: 1 }, { app: 'x', phase: 'toString' }])
      expect(readArgoCd(message(body))).toEqual({ told: [], why: expect.any(String) })
  })
})

describe('notifications of Argo Rollouts', () => {
  const rollout = {
    ...{
      kind: 'Rollout',
      metadata: {
        name: 'cart',
        namespace: 'shop',
        uid: 'u2',
        annotations: { 'rollout.argoproj.io/revision': '7' },
      },
    },
    spec: { template: { spec: { containers: [{ image: 'cart:1.3' }, { image: 'proxy:2' }] } } },
    status: {
      phase: 'Progressing',
      currentPodHash: '6f5',
      currentStepIndex: 2,
      conditions: [{ lastUpdateTime: '2026-03-01T10:00:00Z' }, { lastUpdateTime: '2026-03-01T10:02:00Z' }],
    },
  }
  it('a Rollout, each step of it apart, and one that is aborted', () => {
    const [told] = readArgoRollouts(message({ rollout })).told
    expect(told).toMatchObject({
      kind: 'ROLLOUT',
      at: '2026-03-01T10:02:00.000Z',
      summary: 'rollout cart to cart:1.3, proxy:2 progressing at step 2',
      names: [{ name: 'cart', namespace: 'shop' }],
    })
    const next = { ...rollout, status: { ...rollout.status, currentStepIndex: 3 } }
    expect(readArgoRollouts(message(next)).told[0]!.key).not.toEqual(told!.key)
    const aborted = {
      ...rollout,
      status: { ...rollout.status, phase: 'Degraded', abortedAt: '2026-03-01T10:05:00Z' },
    }
    expect(readArgoRollouts(message(aborted)).told[0]).toMatchObject({
      at: '2026-03-01T10:05:00.000Z',
      summary: expect.stringContaining('aborted'),
    })
  })
  it('the published template, and what is none', () => {
    const body = { rollout: 'cart', namespace: 'shop', revision: '7', phase: 'Healthy', images: 'cart:1.3' }
    expect(readArgoRollouts(message(body)).told[0]).toMatchObject({
      summary: 'rollout cart to cart:1.3 healthy',
    })
    expect(readArgoRollouts(message({})).told).toEqual([])
  })
})

describe('events of Flux', () => {
  const event = {
    involvedObject: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      name: 'webapp',
      namespace: 'apps',
      uid: '7d0cdc51',
    },
    metadata: {
      'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:731f7eaddfb6af01cb2173e18f0f75b0ba780ef1',
      entities: 'service/web',
    },
    ...{
      severity: 'info',
      reason: 'ReconciliationSucceeded',
      message: 'Reconciliation finished',
      reportingController: 'kustomize-controller',
      timestamp: '2026-03-01T10:00:00Z',
    },
  }
  it('a revision that is applied is one change, however often it is found again', () => {
    const [told] = readFlux(message(event)).told
    expect(told).toMatchObject({
      kind: 'ROLLOUT',
      at: '2026-03-01T10:00:00.000Z',
      explicit: ['service/web'],
      names: [{ name: 'webapp', namespace: 'apps' }],
    })
    expect(
      readFlux(message({ ...event, timestamp: '2026-03-01T10:10:00Z', reason: 'Progressing' })).told[0]!.key,
    ).toEqual(told!.key)
  })
  it('a failure counts where something was applied before it', () => {
    const failed = (reason: string) => readFlux(message({ ...event, severity: 'error', reason }))
    expect(failed('HealthCheckFailed').told[0]!.summary).toContain('failed (HealthCheckFailed)')
    expect(failed('UpgradeFailed').told).toHaveLength(1)
    expect(failed('ValidationFailed')).toEqual({ told: [], why: 'ValidationFailed: nothing was applied.' })
    expect(failed('DependencyNotReady').told).toEqual([])
  })
  it('what is only fetched, and an event without a revision, say so', () => {
    expect(readFlux(message({ ...event, involvedObject: { kind: 'GitRepository', name: 'x' } })).why).toBe(
      'GitRepository is fetched and runs nothing.',
    )
    expect(readFlux(message({ ...event, metadata: {} })).told).toEqual([])
    expect(readFlux(message({})).told).toEqual([])
  })
})

describe('chaos experiments', () => {
  it('a ChaosEngine of LitmusChaos is about what its label selects', () => {
    const engine = {
      ...{
        kind: 'ChaosEngine',
        metadata: {
          name: 'cart-chaos',
          namespace: 'litmus',
          uid: 'c1',
          creationTimestamp: '2026-03-01T09:00:00Z',
        },
      },
      spec: {
        engineState: 'active',
        appinfo: { appns: 'shop', applabel: 'app=cart', appkind: 'deployment' },
        experiments: [{ name: 'pod-delete' }],
      },
      status: {
        engineStatus: 'initialized',
        experiments: [{ name: 'pod-delete', status: 'Running', lastUpdateTime: '2026-03-01T10:00:00Z' }],
      },
    }
    expect(readChaos(message({ object: engine })).told).toMatchObject([
      {
        kind: 'CHAOS',
        at: '2026-03-01T10:00:00.000Z',
        summary: 'chaos experiment pod-delete on app=cart: initialized',
        names: [
          { name: 'cart', namespace: 'shop' },
          { name: 'cart-chaos', namespace: 'litmus' },
        ],
      },
    ])
  })
  it('a ChaosResult names its targets and its verdict', () => {
    const result = {
      ...{
        kind: 'ChaosResult',
        metadata: { name: 'cart-chaos-pod-delete', namespace: 'shop' },
        spec: { engine: 'cart-chaos', experiment: 'pod-delete' },
      },
      status: {
        experimentStatus: { phase: 'Completed', verdict: 'Fail', probeSuccessPercentage: '0' },
        history: { targets: [{ kind: 'deployment', name: 'cart', chaosStatus: 'targeted' }] },
      },
    }
    expect(readChaos(message(result)).told[0]).toMatchObject({
      kind: 'CHAOS',
      summary: 'chaos experiment pod-delete on cart: completed (verdict Fail)',
      names: [{ name: 'cart', namespace: 'shop' }, {}, {}, {}],
    })
  })
  it('an object of Chaos Mesh, begun, injected and recovered, each apart', () => {
    const mesh = (conditions: object[]) => ({
      ...{
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind: 'NetworkChaos',
        metadata: {
          name: 'slow-cart',
          namespace: 'chaos',
          uid: 'm1',
          creationTimestamp: '2026-03-01T10:00:00Z',
        },
      },
      spec: {
        action: 'delay',
        duration: '5m',
        selector: { namespaces: ['shop'], labelSelectors: { 'app.kubernetes.io/name': 'cart', tier: 'web' } },
      },
      status: {
        conditions,
        experiment: {
          desiredPhase: 'Run',
          containerRecords: [{ id: 'shop/cart-6f5-x/cart', phase: 'Injected' }],
        },
      },
    })
    const injected = readChaos(message(mesh([{ type: 'AllInjected', status: 'True' }]))).told[0]!
    expect(injected).toMatchObject({
      kind: 'CHAOS',
      at: '2026-03-01T10:00:00.000Z',
      summary: 'chaos experiment NetworkChaos delay slow-cart for 5m: injected',
    })
    expect(injected.names).toEqual([
      { name: 'cart', namespace: 'shop' },
      { name: 'slow-cart', namespace: 'chaos' },
      { name: 'cart-6f5-x', namespace: 'shop' },
    ])
    const recovered = readChaos(
      message(
        mesh([
          { type: 'AllRecovered', status: 'True' },
          { type: 'AllInjected', status: 'True' },
        ]),
      ),
    ).told[0]!
    expect(recovered).toMatchObject({ at: undefined, summary: expect.stringMatching(/: recovered$/) })
    expect(recovered.key).not.toEqual(injected.key)
  })
  it('an event of the cluster about an experiment, and one of the dashboard', () => {
    const event = {
      kind: 'Event',
      involvedObject: { kind: 'ChaosEngine', name: 'cart-chaos', namespace: 'shop' },
      reason: 'ChaosInject',
      message: 'Injecting pod-delete',
      lastTimestamp: '2026-03-01T10:00:00Z',
    }
    expect(readChaos(message(event)).told[0]).toMatchObject({
      at: '2026-03-01T10:00:00.000Z',
      names: [{ name: 'cart-chaos', namespace: 'shop' }],
    })
    const dashboard = {
      object_id: 'o1',
      kind: 'PodChaos',
      name: 'kill-cart',
      namespace: 'shop',
      reason: 'Applied',
      created_at: '2026-03-01T10:00:00Z',
      entities: ['service/cart'],
    }
    expect(readChaos(message(dashboard)).told[0]).toMatchObject({ kind: 'CHAOS', explicit: ['service/cart'] })
  })
  it.each([{ kind: 'Pod' }, {}, { kind: 'Event', involvedObject: { kind: 'Pod', name: 'x' } }])(
    '%j is none',
    (body) => {
      expect(readChaos(message(body))).toEqual({ told: [], why: expect.any(String) })
    },
  )
})
