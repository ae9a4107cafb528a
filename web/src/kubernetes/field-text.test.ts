import { describe, expect, it } from 'vitest'
import { fieldText } from './field-text.ts'

describe('fieldText', () => {
  it('writes an object as people read manifests', () => {
    expect(
      fieldText({
        kind: 'Pod',
        spec: { containers: [{ name: 'main', args: ['-c', 'a: b'] }], hostNetwork: false, volumes: [] },
        port: '8080',
        gone: null,
      }),
    ).toBe(
      [
        'kind: Pod',
        'spec:',
        '  containers:',
        '    - name: main',
        '      args:',
        '        - -c',
        '        - "a: b"',
        '  hostNetwork: false',
        'port: "8080"',
      ].join('\n'),
    )
  })

  it('keeps lines as lines and strings that look like other values in quotes', () => {
    expect(fieldText({ text: 'one\ntwo', flag: 'true', empty: '' })).toBe(
      'text: |\n  one\n  two\nflag: "true"\nempty: ""',
    )
  })
})
