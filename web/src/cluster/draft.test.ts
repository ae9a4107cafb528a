import { ClusterInput, CredentialInput } from '@aiops/contract/api/cluster'
import { describe, expect, it } from 'vitest'
import {
  clusterInputOf,
  credentialInputOf,
  type Draft,
  emptyCredentials,
  emptyDraft,
  nameFrom,
  stepProblems,
  withoutSecrets,
} from './draft.ts'
import { labelsText, readLabels } from './label-text.ts'

const draft: Draft = {
  ...emptyDraft,
  credentials: { ...emptyCredentials, kubeconfig: 'a: secret-1', context: 'edge' },
  apiServer: ' https://api.lab.example:6443 ',
  identity: { ...emptyDraft.identity, name: 'lab', region: ' ', labels: 'team=radio\n\nsite = paris=7' },
  backends: { ...emptyDraft.backends, prometheus: 'https://prom.example', prometheusToken: 'secret-2' },
}

describe('a draft', () => {
  it('makes bodies that the API takes', () => {
    expect(ClusterInput.parse(clusterInputOf(draft))).toMatchObject({
      ...{ name: 'lab', api_server_url: 'https://api.lab.example:6443', region: null, tls: null },
      ...{
        labels: { team: 'radio', site: 'paris=7' },
        endpoints: { prometheus_url: 'https://prom.example' },
      },
    })
    expect(CredentialInput.parse(credentialInputOf(draft.credentials, draft.backends))).toEqual({
      ...{
        auth_type: 'KUBECONFIG',
        kubeconfig: 'a: secret-1',
        context: 'edge',
        prometheus_token: 'secret-2',
      },
    })
    const grant = {
      ...emptyCredentials,
      way: 'OIDC',
      oidcWay: 'GRANT',
      issuer: 'https://id.example',
    } as const
    expect(
      CredentialInput.parse(credentialInputOf({ ...grant, clientId: 'aiops', clientSecret: 's' })),
    ).toMatchObject({ auth_type: 'OIDC', oidc: { issuer_url: 'https://id.example', client_secret: 's' } })
  })
  it('forgets everything secret, and keeps what else was typed', () => {
    const kept = withoutSecrets({
      ...draft,
      credentials: {
        ...draft.credentials,
        token: 'secret-3',
        oidcToken: 'secret-4',
        refreshToken: 'secret-5',
      },
    })
    expect(JSON.stringify(kept)).not.toContain('secret')
    expect(kept.identity).toEqual(draft.identity)
    expect(kept.backends.prometheus).toBe('https://prom.example')
  })
  it('says what each step still needs', () => {
    expect(stepProblems(draft, 1)).toEqual([])
    expect(stepProblems({ ...draft, apiServer: 'http://api' }, 1)).toHaveLength(1)
    expect(stepProblems(emptyDraft, 1)).toHaveLength(2)
    expect(stepProblems({ ...draft, identity: { ...draft.identity, name: '-Lab' } }, 2)).toHaveLength(1)
    expect(stepProblems({ ...draft, backends: { ...draft.backends, loki: 'loki:3100' } }, 3)).toHaveLength(1)
    expect(stepProblems({ ...draft, backends: { ...draft.backends, tempoToken: 't' } }, 3)).toHaveLength(1)
  })
})

it('proposes a name that the registry takes', () => {
  expect(nameFrom({ name: 'shop/api-Lab:6443/admin' })).toBe('shop-api-lab-6443-admin')
  expect(nameFrom({ name: `${'x'.repeat(62)}-y` })).toBe('x'.repeat(62))
  expect(nameFrom({ name: '工' })).toBe('')
})

it('reads labels as they are typed, and says which line is none', () => {
  expect(readLabels('a=b\nnonsense').problems).toEqual(['“nonsense” is no label; write key=value.'])
  expect(readLabels(labelsText({ a: 'b', c: '' })).labels).toEqual({ a: 'b', c: '' })
  expect(Object.getPrototypeOf(readLabels('__proto__=x').labels)).toBe(Object.prototype)
})
