import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../kernel/fault.ts'
import { parseKubeconfig } from './kubeconfig.ts'
import { hasOpenssl, kubeconfigOf, makePki } from './kubernetes-api.suite.ts'

const server = 'https://api.paris.example:6443'
const fault = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (isFault(error) && error.code === 'CREDENTIALS_INVALID') return error.message
    throw error
  }
  return 'it was taken'
}
const withUser = (user: object): string => kubeconfigOf({ server, user })

describe('a kubeconfig', () => {
  it('gives the server and token of its current context, in YAML and in JSON', () => {
    const yaml = `
apiVersion: v1
current-context: b
contexts:
- {name: a, context: {cluster: paris, user: other}}
- {name: b, context: {cluster: paris, user: collector, namespace: x}}
clusters: [{name: paris, cluster: {server: "${server}", insecure-skip-tls-verify: true, tls-server-name: api}}]
users:
- {name: other, user: {token: not-this}}
- {name: collector, user: {token: this-one}}`
    const expected = { context: 'b', server, insecure: true, serverName: 'api', token: 'this-one' }
    expect(parseKubeconfig(yaml)).toEqual(expected)
    expect(parseKubeconfig(yaml, 'a')).toEqual({ ...expected, context: 'a', token: 'not-this' })
    expect(parseKubeconfig(kubeconfigOf({ server, token: 't' }))).toMatchObject({
      server,
      token: 't',
      insecure: false,
    })
  })

  it('is refused with what to do where it runs a program, names files or uses what Kubernetes removed', () => {
    expect(fault(() => parseKubeconfig(withUser({ exec: { command: 'aws' } })))).toMatch(
      /exec.*kubectl create token/,
    )
    expect(fault(() => parseKubeconfig(withUser({ tokenFile: '/x' })))).toMatch(/tokenFile.*--flatten/)
    expect(
      fault(() => parseKubeconfig(withUser({ 'client-certificate': '/x', 'client-key': '/y' }))),
    ).toMatch(/--flatten/)
    expect(fault(() => parseKubeconfig(withUser({ 'auth-provider': { name: 'gcp' } })))).toMatch(
      /auth-provider/,
    )
    expect(fault(() => parseKubeconfig(withUser({ username: 'a', password: 'b' })))).toMatch(
      /name and password/,
    )
    expect(fault(() => parseKubeconfig(withUser({ token: 'a', as: 'root' })))).toMatch(/impersonates/)
    expect(fault(() => parseKubeconfig(withUser({})))).toMatch(/neither a token nor a client certificate/)
  })

  it('says which context, cluster or user is missing, and which there are', () => {
    const text = kubeconfigOf({ server, token: 't' })
    expect(fault(() => parseKubeconfig(text, 'lima'))).toMatch(/no context "lima"; it has here/)
    expect(fault(() => parseKubeconfig(text.replace('"cluster":"paris"', '"cluster":"rome"')))).toMatch(
      /no cluster "rome"/,
    )
    expect(fault(() => parseKubeconfig(text.replace('"user":"collector"', '"user":"nobody"')))).toMatch(
      /no user "nobody"/,
    )
    expect(fault(() => parseKubeconfig(text.replace('https:', 'http:')))).toMatch(/https/)
    expect(fault(() => parseKubeconfig('[]'))).toMatch(/no mapping/)
    expect(fault(() => parseKubeconfig('contexts: 5'))).toMatch(/contexts has the wrong form/)
  })

  it('never quotes what it holds', () => {
    const secret = 'CANARY-in-a-broken-file'
    for (const text of [
      `token: "${secret}`,
      `{ users: [ ${secret}: ${secret}: x ] }`,
      `a: &x ${secret}\nb: *${secret}`,
      `users: ${secret}`,
      withUser({ 'client-certificate-data': secret, 'client-key-data': secret }),
      withUser({ token: `${secret} with spaces\n` }),
    ])
      expect(fault(() => parseKubeconfig(text))).not.toContain(secret)
  })

  it('is read or refused, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => withUser({ value })),
        ),
        (text) => {
          expect(fault(() => parseKubeconfig(text))).toEqual(expect.any(String))
        },
      ),
      { numRuns: 300 },
    )
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
      .join('\n')}`
    expect(fault(() => parseKubeconfig(bomb))).toMatch(/no YAML/)
  })

  it.skipIf(!hasOpenssl)(
    'with a client certificate is taken only with its own key and a readable authority',
    () => {
      const { ca, client, server: other } = makePki()
      expect(parseKubeconfig(kubeconfigOf({ server, ca, client }))).toMatchObject({
        ca: ca.trim(),
        clientCertificate: client,
      })
      const mixed = kubeconfigOf({ server, client: { cert: client.cert, key: other.key } })
      expect(fault(() => parseKubeconfig(mixed))).toMatch(/not the key of/)
      expect(fault(() => parseKubeconfig(kubeconfigOf({ server, ca: 'no PEM', token: 't' })))).toMatch(
        /certificate-authority-data holds no PEM/,
      )
      const cut = `${ca.slice(0, 200)}\n-----END CERTIFICATE-----`
      expect(fault(() => parseKubeconfig(kubeconfigOf({ server, ca: cut, token: 't' })))).toMatch(
        /cannot be read/,
      )
    },
  )
})
