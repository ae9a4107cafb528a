import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peekKubeconfig } from './kubeconfig-peek.ts'

/** As kubectl writes it: lists as far left as their key. */
const written = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://api.lab.example:6443 # the lab
  name: lab
- cluster:
    server: "https://10.0.0.7:6443"
  name: 'it''s edge'
contexts:
- context:
    cluster: lab
    namespace: shop
    user: admin/lab
  name: shop/api-lab:6443/admin
- name: edge
  context:
    user: viewer
    cluster: it's edge
current-context: edge
kind: Config
preferences: {}
users:
- name: admin/lab
  user:
    token: secret
`
const contexts = [
  { name: 'shop/api-lab:6443/admin', server: 'https://api.lab.example:6443', user: 'admin/lab' },
  { name: 'edge', server: 'https://10.0.0.7:6443', user: 'viewer' },
]

describe('peekKubeconfig', () => {
  it('reads contexts and servers as kubectl writes them, and nothing secret', () => {
    const peek = peekKubeconfig(written)
    expect(peek).toEqual({ contexts, current: 'edge' })
    expect(JSON.stringify(peek)).not.toContain('secret')
  })
  it('reads lists that are indented, Windows line ends, and JSON', () => {
    const indented = written.replaceAll('\n', '\r\n')
    expect(peekKubeconfig(indented)).toEqual({ contexts, current: 'edge' })
    const deeper =
      'contexts:\n  - name: a\n    context:\n      cluster: c\nclusters:\n  -\n    name: c\n    cluster:\n      server: https://c\n'
    expect(peekKubeconfig(deeper)?.contexts).toEqual([{ name: 'a', server: 'https://c', user: undefined }])
    const json = {
      contexts: [{ name: 'j', context: { cluster: 'c' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://j' } }],
    }
    expect(peekKubeconfig(JSON.stringify(json))).toEqual({
      ...{ contexts: [{ name: 'j', server: 'https://j', user: undefined }], current: undefined },
    })
  })
  it('skips what it does not know, such as a certificate as a block of text', () => {
    const block = written.replace('LS0tLS1CRUdJTg==', '|\n      server: https://not.this\n      more')
    expect(peekKubeconfig(block)?.contexts).toEqual(contexts)
  })
  it('says nothing of what is no kubeconfig', () => {
    for (const text of ['', '{', 'hello', '- a\n- b', 'contexts: []', 'contexts:\n  a: b', '{"contexts": 7}'])
      expect(peekKubeconfig(text)).toBeUndefined()
  })
  it('never throws or hangs, whatever is pasted', () => {
    const line = fc.constantFrom(
      '- ',
      '  - name: a',
      'contexts:',
      '    cluster: "x',
      '- -',
      ' :',
      '\t- a: b',
      '? x',
      '&a *a',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 40 }), (lines) => {
        peekKubeconfig(lines.join('\n'))
      }),
    )
    expect(peekKubeconfig(`contexts:\n${'- '.repeat(100_000)}`)).toBeUndefined()
    expect(
      peekKubeconfig(Array.from({ length: 20_000 }, (_, i) => `${' '.repeat(i % 50)}- a:`).join('\n')),
    ).toBeUndefined()
  })
})
