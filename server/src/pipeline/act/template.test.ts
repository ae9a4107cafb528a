import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fill, type Place, secretMark, type Variables } from './template.ts'

const variablesOf = (service: string): Variables => ({
  entity: `service/${service}`,
  service,
  incident_id: 'i-1',
  incident_number: '12',
  parameters: { region: 'eu', base: 'http://shop.local:81', port: { payments: '8081' } },
})
const plain = variablesOf('payments')
const url = 'http://shop.local/services/{{service}}/restore?by={{entity}}'

describe('a template', () => {
  it('is filled with what it names', () => {
    const text =
      '{{entity}} {{ service }} INC-{{incident_number}} {{incident_id}} {{parameters.region}} {{parameters.port}}'
    expect(fill(text, 'text', plain)).toBe('service/payments payments INC-12 i-1 eu 8081')
    expect(fill('{{parameters.base}}/x', 'url', plain)).toBe('http://shop.local:81/x')
    expect(fill('Bearer {{secret.A_1}}', 'header', plain, secretMark)).toBe('Bearer «secret A_1»')
    expect(fill('http://h/{{secret.A}}', 'url', plain, () => 'a/b c')).toBe('http://h/a%2Fb%20c')
  })

  it.each([
    'nothing',
    'constructor',
    'constructor.constructor("return process")()',
    '__proto__',
    'parameters.__proto__',
    'parameters.toString',
    'parameters',
    'secret.lower',
    'secret.__proto__',
    'service.length',
    '7*7',
    '',
  ])('that names %j is refused with the name, never evaluated', (name) => {
    expect(() => fill(`a {{${name}}} b`, 'text', plain, secretMark)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        message: expect.stringContaining(name.replaceAll('"', '\\"')),
      }),
    )
  })

  it('has no secret outside of URL, header and body, and no parameter for another service', () => {
    expect(() => fill('{{secret.A}}', 'text', plain)).toThrow('no secret may')
    expect(() => fill('{{parameters.port}}', 'text', variablesOf('cart'))).toThrow(
      'no value for service cart',
    )
  })

  it('never reads a value as a template again', () => {
    const hostile = variablesOf('{{secret.ADMIN}}')
    expect(fill('{{service}}', 'text', hostile, () => 'leaked')).toBe('{{secret.ADMIN}}')
    fc.assert(
      fc.property(fc.string(), fc.constantFrom<Place>('text', 'json', 'form', 'regex'), (service, place) => {
        fc.pre(service.isWellFormed())
        const filled = fill(
          '{{{service}}} {{service}}{{service}}',
          place,
          variablesOf(`${service}{{secret.ADMIN}}`),
          () => 'leaked',
        )
        expect(filled).not.toContain('leaked')
      }),
    )
  })
})

describe('a URL', () => {
  it.each([
    '../admin',
    '..',
    '.',
    'a/../..',
    '/etc',
    '?x=1',
    '#f',
    '@evil.local',
    'a b',
    '%2e%2e',
    '..%2f',
    '\\..\\',
    'é',
    '\r\nX: y',
    '\u0000',
  ])('keeps host and path with the value %j, or is refused', (service) => {
    let filled: URL
    try {
      filled = new URL(fill(url, 'url', variablesOf(service)))
    } catch (error) {
      expect(error).toMatchObject({ code: 'VALIDATION_FAILED' })
      return
    }
    expect(filled.host).toBe('shop.local')
    const segments = filled.pathname.split('/')
    expect(segments).toHaveLength(4)
    expect(decodeURIComponent(segments[2] ?? '')).toBe(service)
    expect(filled.searchParams.get('by')).toBe(`service/${service}`)
    expect(filled.hash).toBe('')
  })

  it('keeps host and number of path segments with any value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (service) => {
        fc.pre(service !== '.' && service !== '..')
        const filled = new URL(fill(url, 'url', variablesOf(service)))
        expect([
          filled.host,
          filled.pathname.split('/').length,
          filled.pathname.endsWith('/restore'),
        ]).toEqual(['shop.local', 4, true])
      }),
    )
  })

  it('takes only a host name where the host is', () => {
    expect(fill('http://{{service}}.local/x', 'url', plain)).toBe('http://payments.local/x')
    for (const service of ['a/b', 'evil.com/', 'a:80@b', '[::1]', 'a b', ''])
      expect(() => fill('http://{{service}}.local/x', 'url', variablesOf(service))).toThrow('host name')
  })
})

it('a header takes no line break from a value, and does not tell a secret when it refuses', () => {
  expect(() => fill('x {{service}}', 'header', variablesOf('a\r\nx-admin: 1'))).toThrow('line break')
  let message = ''
  try {
    fill('Bearer {{secret.A}}', 'header', plain, () => 'hidden\nhidden')
  } catch (error) {
    message = (error as Error).message
  }
  expect(message).toContain('line break')
  expect(message).not.toContain('hidden')
})

it('a body of JSON text, a form and a regular expression hold the value as data', () => {
  const hostile = variablesOf('","admin":true,"x":"')
  expect(JSON.parse(fill('{"service":"{{service}}"}', 'json', hostile))).toEqual({ service: hostile.service })
  expect(new URLSearchParams(fill('s={{service}}&a=1', 'form', variablesOf('x&a=2'))).getAll('a')).toEqual([
    '1',
  ])
  expect(new RegExp(`^${fill('{{service}}', 'regex', variablesOf('.*'))}$`).test('anything')).toBe(false)
})
