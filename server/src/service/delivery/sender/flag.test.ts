import { describe, expect, it } from 'vitest'
import { readLaunchdarkly, readOpenfeature, readUnleash } from './flag.ts'

const message = (body: object) => ({
  ...{ body: body as Record<string, unknown>, event: '', delivery: 'd1', deploying: [] },
})

describe('OpenFeature', () => {
  const event = {
    type: 'PROVIDER_CONFIGURATION_CHANGED',
    providerName: 'flagd',
    flagsChanged: ['new-cart', 7],
    message: 'flags.json changed',
    eventMetadata: { entities: ['service/cart'], environment: 'production' },
    timestamp: '2026-03-01T10:00:00Z',
  }
  it('a provider whose flags changed', () => {
    expect(readOpenfeature(message(event)).told).toMatchObject([
      {
        kind: 'CONFIG',
        at: '2026-03-01T10:00:00.000Z',
        environment: 'production',
        explicit: ['service/cart'],
        names: [{ name: 'new-cart' }],
        summary: 'feature flag new-cart changed at flagd: flags.json changed',
      },
    ])
  })
  it('the same as a CloudEvent, which its own id tells apart', () => {
    const cloud = (id: string) =>
      readOpenfeature(
        message({
          specversion: '1.0',
          type: 'dev.openfeature.provider.configuration-changed',
          id,
          time: '2026-03-01T10:00:00Z',
          data: { flags_changed: ['a'] },
        }),
      ).told[0]!
    expect(cloud('1')).toMatchObject({ at: '2026-03-01T10:00:00.000Z', names: [{ name: 'a' }] })
    expect(cloud('1').key).not.toEqual(cloud('2').key)
  })
  it.each(['PROVIDER_READY', 'PROVIDER_STALE', ''])('%j changes no flag', (type) => {
    expect(readOpenfeature(message({ type }))).toEqual({ told: [], why: expect.any(String) })
  })
})

describe('LaunchDarkly', () => {
  const entry = (action: string) => ({
    ...{
      _id: '57c0a8e2',
      date: 1_772_359_200_000,
      kind: 'flag',
      name: 'New cart',
      titleVerb: 'turned on the flag',
      member: { email: 'ana@example.org' },
    },
    accesses: [{ action, resource: 'proj/shop:env/production;live:flag/new-cart;service:cart,beta' }],
    _links: { site: { href: 'https://app.launchdarkly.com/x' } },
  })
  it('a flag, with its environment and tags', () => {
    expect(readLaunchdarkly(message(entry('updateOn'))).told).toMatchObject([
      {
        kind: 'CONFIG',
        at: '2026-03-01T10:00:00.000Z',
        environment: 'production',
        actor: 'ana@example.org',
        explicit: ['service:cart'],
        names: [{ name: 'new-cart' }, { name: 'shop' }],
        summary: 'feature flag New cart in production: turned on the flag',
        url: 'https://app.launchdarkly.com/x',
      },
    ])
  })
  it('what nobody is served otherwise for is left out', () => {
    for (const action of ['createFlag', 'updateDescription', 'updateTags'])
      expect(readLaunchdarkly(message(entry(action))).told).toEqual([])
    expect(readLaunchdarkly(message({ ...entry('updateName'), kind: 'project' })).told).toEqual([])
    expect(
      readLaunchdarkly(message({ ...entry('updateOn'), _links: { site: { href: '/settings#/projects' } } }))
        .told[0]!.url,
    ).toBeUndefined()
  })
})

describe('Unleash', () => {
  const event = {
    id: 84,
    createdAt: '2026-03-01T10:00:00.000Z',
    type: 'feature-environment-enabled',
    createdBy: 'ana',
    featureName: 'new-cart',
    project: 'shop',
    environment: 'production',
    tags: [
      { type: 'service', value: 'cart' },
      { type: 'simple', value: 'service/till' },
    ],
  }
  it('a flag that is switched on', () => {
    expect(readUnleash(message(event)).told).toMatchObject([
      {
        kind: 'CONFIG',
        at: '2026-03-01T10:00:00.000Z',
        actor: 'ana',
        environment: 'production',
        names: [{ name: 'new-cart' }, { name: 'shop' }],
        summary: 'feature flag new-cart in production: feature environment enabled',
      },
    ])
    expect(readUnleash(message(event)).told[0]!.explicit).toEqual([
      'service:cart',
      'service/till',
      'simple:service/till',
    ])
  })
  it.each(['feature-created', 'feature-tagged', 'user-created', ''])('%j switches none', (type) => {
    expect(readUnleash(message({ ...event, type }))).toEqual({ told: [], why: expect.any(String) })
  })
})
