import { expect, test } from 'vitest'
import { snapshotOf } from '../../snapshot.ts'
import { of } from './fixture.suite.ts'
import { platformRules } from './index.ts'
import { hostnamesMeet } from './route-parent.ts'
import { authoritiesOf } from './webhook-certificate.ts'

const severityOf = (failurePolicy: string | undefined, group: string, resource: string) => {
  const configuration = of('MutatingWebhookConfiguration', 'guard', '', {
    webhooks: [
      {
        name: 'guard.example.com',
        failurePolicy,
        rules: [{ apiGroups: [group], apiVersions: ['*'], resources: [resource], operations: ['CREATE'] }],
        clientConfig: { service: { namespace: 'gone', name: 'gone' } },
      },
    ],
  })
  const rule = platformRules.find(({ id }) => id === 'webhook-service-missing')
  return [...(rule?.check(snapshotOf([configuration])) ?? [])].map((one) => one?.severity)
}

test('a webhook that cannot be asked is critical only where it stops what every cluster runs on', () => {
  expect(severityOf('Fail', '', 'pods')).toEqual(['CRITICAL'])
  expect(severityOf(undefined, 'apps', 'deployments')).toEqual(['CRITICAL'])
  expect(severityOf('Fail', 'cert-manager.io', '*/*')).toEqual(['HIGH'])
  expect(severityOf('Ignore', '', 'pods')).toEqual(['LOW'])
})

test('a caBundle may hold anything', () => {
  expect(authoritiesOf('')).toEqual([])
  expect(authoritiesOf('!!!')).toEqual([])
  const block = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  expect(authoritiesOf(Buffer.from(block.repeat(3_000)).toString('base64'))).toEqual([])
})

test('hostnames of a route and a listener meet as the Gateway API says', () => {
  expect(hostnamesMeet('*.example.com', 'a.b.example.com')).toBe(true)
  expect(hostnamesMeet('shop.example.com', '*.example.com')).toBe(true)
  expect(hostnamesMeet('*.example.com', 'example.com')).toBe(false)
  expect(hostnamesMeet('*.example.com', 'evilexample.com')).toBe(false)
})
