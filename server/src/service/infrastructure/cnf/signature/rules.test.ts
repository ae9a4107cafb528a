import { FindingRule } from '@aiops/contract/model/finding'
import { expect, test } from 'vitest'
import { cnfSignatures } from '../index.ts'

const signatures = cnfSignatures()

test('every signature is a rule of its own, with what looks alike and where it is written down', () => {
  expect(new Set(signatures.map(({ id }) => id)).size).toBe(signatures.length)
  for (const signature of signatures) {
    expect(FindingRule.safeParse(signature).success, signature.id).toBe(true)
    expect(signature.documentation_url, signature.id).toMatch(/^https:\/\//)
    expect(`${signature.condition}${signature.not_when}`, signature.id).not.toMatch(/undefined|NaN|\[object/)
  }
})

test('a consequence named for a rule is one that there is', () => {
  const ids = new Set(signatures.map(({ id }) => id))
  for (const { consequenceOf = [] } of signatures) for (const id of consequenceOf) expect(ids).toContain(id)
})
