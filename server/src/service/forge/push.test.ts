import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesBranch } from './branch-pattern.ts'
import { none, type PushRules, pushRequest, refusal, refusedReport } from './push.ts'

const packet = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text
const a = 'a'.repeat(40)
const b = 'b'.repeat(40)
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const rules: PushRules = {
  isProtected: (branch) => branch === 'main' || branch === 'stable',
  mayPush: (branch) => branch === 'stable',
  mayBegin: () => false,
}

describe('a push', () => {
  it('is read up to its pack', () => {
    const body = `${packet(`${a} ${b} refs/heads/x\0 report-status side-band-64k agent=git/2`)}${packet(`${none} ${b} refs/heads/y\n`)}0000PACK…`
    expect(pushRequest(bytes(body))).toEqual({
      commands: [
        { ref: 'refs/heads/x', from: a, to: b },
        { ref: 'refs/heads/y', from: none, to: b },
      ],
      capabilities: 'report-status side-band-64k agent=git/2',
    })
    expect(pushRequest(bytes('0000'))).toEqual({ commands: [], capabilities: '' })
  })

  it.each([
    ['nothing', ''],
    ['no length', 'PACK'],
    ['a length beyond the end', `00ff${a} ${b} refs/heads/x`],
    ['a delimiter of another version', '0001'],
    ['an empty line', '0004'],
    ['a signed push', `${packet('push-cert\0report-status')}0000`],
    ['a short hash', `${packet(`${a.slice(1)} ${b} refs/heads/x`)}0000`],
    ['a name with a blank', `${packet(`${a} ${b} refs/heads/x y`)}0000`],
    ['a second NUL in its place', `${packet(`${a} ${b}\0refs/heads/x`)}0000`],
  ])('of %s is refused before git sees it', (_, body) => {
    expect(() => pushRequest(bytes(body))).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })

  it('never does more than throw for whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        try {
          pushRequest(body)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(INVALID_REQUEST|BODY_TOO_LARGE)$/) })
        }
      }),
    )
  })

  it.each([
    ['refs/heads/work', a, b, undefined],
    ['refs/heads/work', a, none, undefined],
    ['refs/heads/main', a, b, 'protected branch, open a merge request'],
    ['refs/heads/main', none, b, 'protected branch, open a merge request'],
    ['refs/heads/main', a, none, 'protected branch, it is not deleted'],
    ['refs/heads/stable', a, b, undefined],
    ['refs/heads/stable', a, none, 'protected branch, it is not deleted'],
    ['refs/heads/--upload-pack=x', none, b, 'that is no name for a branch'],
    ['refs/heads/HEAD', none, b, 'that is no name for a branch'],
    ['refs/heads/niam\u202e', none, b, 'that is no name for a branch'],
    ['refs/kept/merge-requests/1/head', a, b, 'only branches and tags are taken'],
    ['HEAD', a, b, 'only branches and tags are taken'],
    ['refs/tags/v1', none, b, undefined],
    ['refs/tags/v1', a, b, 'tags are neither moved nor deleted'],
    ['refs/tags/../x', none, b, 'that is no name for a tag'],
  ])('of %s from %s to %s: %s', (ref, from, to, reason) => {
    expect(refusal({ ref, from, to }, rules)).toBe(reason)
  })

  it('that begins an empty repository may push what will be protected', () => {
    const empty = { ...rules, mayBegin: (branch: string) => branch === 'main' }
    expect(refusal({ ref: 'refs/heads/main', from: none, to: b }, empty)).toBeUndefined()
    expect(refusal({ ref: 'refs/heads/main', from: a, to: b }, empty)).toBeDefined()
  })

  it('is answered in the form that its sender reads', () => {
    const commands = [{ ref: 'refs/heads/main', from: a, to: b }]
    const reasons = new Map([['refs/heads/main', 'no']])
    const report = (capabilities: string) =>
      refusedReport({ commands, capabilities }, reasons, ['why']).toString('latin1')
    const plain = `${packet('unpack ok\n')}${packet('ng refs/heads/main no\n')}0000`
    expect(report('report-status')).toBe(plain)
    expect(report('report-status-v2 side-band-64k')).toBe(
      `${packet('\u0002why\n')}${packet(`\u0001${plain}`)}0000`,
    )
    expect(report('')).toBe('0000')
  })
})

describe('a pattern of branches', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'main2', false],
    ['release/*', 'release/1/2', true],
    ['release/*', 'release', false],
    ['*-stable', 'a/b-stable', true],
    ['*', 'x', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXcYb', false],
  ])('%s and %s: %s', (pattern, branch, matches) => {
    expect(matchesBranch(pattern, branch)).toBe(matches)
  })

  it('agrees with a regular expression, and takes no longer for a hostile one', () => {
    const name = fc.stringMatching(/^[ab/]{0,12}$/)
    fc.assert(
      fc.property(fc.stringMatching(/^[ab/*]{0,8}$/), name, (pattern, branch) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(branch)
        expect(matchesBranch(pattern, branch)).toBe(expected)
      }),
    )
    expect(matchesBranch(`${'*a'.repeat(99)}b`, 'a'.repeat(200))).toBe(false)
  })
})
