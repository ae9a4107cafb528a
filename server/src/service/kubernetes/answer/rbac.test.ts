import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindNames, kinds } from '../object/kind.ts'
import { accessAsks, missingOf, platformRbacManifest, rbacManifest } from './rbac.ts'

type Document = {
  kind: string
  metadata: { name: string; namespace?: string }
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[]
  roleRef?: { kind: string; name: string }
}
const read = (text: string): Document[] =>
  parseAllDocuments(text).flatMap((document) => {
    expect(document.errors).toEqual([])
    return document.toJS() ? [document.toJS() as Document] : []
  })

describe('the RBAC manifest', () => {
  test('lets every kind of the read set be read, and nothing be written, and no secrets be seen', () => {
    const [account, role, binding] = read(rbacManifest())
    expect([account?.kind, role?.kind, binding?.kind]).toEqual([
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
    ])
    for (const kind of kindNames) {
      const { group, plural } = kinds[kind].type
      const found = role?.rules?.find(
        (one) => one.apiGroups.includes(group) && one.resources.includes(plural),
      )
      expect(found?.verbs, kind).toEqual(['get', 'list', 'watch'])
    }
    const verbs = role?.rules?.flatMap((one) => one.verbs) ?? []
    expect(new Set(verbs)).toEqual(new Set(['get', 'list', 'watch']))
    const resources = role?.rules?.flatMap((one) => one.resources) ?? []
    expect(resources).toContain('pods/log')
    expect(resources).not.toContain('secrets')
    expect(resources).not.toContain('pods/exec')
  })

  test('is of Roles in the given namespaces, without things of the cluster as a whole', () => {
    const documents = read(rbacManifest({ namespaces: ['shop', 'pay'] }))
    expect(documents.map((one) => `${one.kind} ${one.metadata.namespace ?? ''}`)).toEqual([
      'ServiceAccount aiops',
      'Role shop',
      'RoleBinding shop',
      'Role pay',
      'RoleBinding pay',
    ])
    expect(documents[1]?.rules?.flatMap((one) => one.resources)).not.toContain('nodes')
  })

  test('offers the role for nvidia-smi commented out, itself valid when it is not', () => {
    const text = rbacManifest({ namespaces: ['gpu'] })
    const commented = text.slice(text.indexOf('# apiVersion')).replace(/^# ?/gm, '')
    const [role, binding] = read(commented)
    expect(role?.rules?.[0]?.resources).toEqual(['pods/exec'])
    expect(binding?.roleRef?.name).toBe(role?.metadata.name)
  })

  test.each(['a: b', 'x\n---', '', 'Über'])('refuses %j as a name', (name) => {
    expect(() => rbacManifest({ namespaces: [name] })).toThrow('is no name')
  })
})

test('what is refused is named, what is not said is not', () => {
  const asks = accessAsks()
  expect(
    missingOf(
      asks,
      asks.map(() => null),
    ),
  ).toEqual([])
  const missing = missingOf(
    asks,
    asks.map((ask) => !(ask.resource === 'networkpolicies' && ask.verb === 'watch') && !ask.subresource),
  )
  expect(missing).toEqual(['watch networkpolicies.networking.k8s.io', 'get pods/log'])
  expect(accessAsks({ namespaces: ['a'] }).every((ask) => ask.namespace === 'a')).toBe(true)
})

test('the platform may have Secrets of its own namespace, and nothing else', () => {
  const [role, binding, ...others] = read(platformRbacManifest({ namespace: 'aiops-nextgen', name: 'hub' }))
  expect(others).toEqual([])
  expect(role).toMatchObject({ kind: 'Role', metadata: { namespace: 'aiops-nextgen' } })
  expect(role?.rules).toEqual([
    { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete'] },
  ])
  expect(binding).toMatchObject({
    kind: 'RoleBinding',
    metadata: { namespace: 'aiops-nextgen' },
    roleRef: { kind: 'Role', name: role?.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'hub', namespace: 'aiops-nextgen' }],
  })
  expect(() => platformRbacManifest({ namespace: 'aiops-nextgen', name: '' })).toThrow('is no name')
})
