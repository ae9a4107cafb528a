import { expect, it } from 'vitest'
import { readSettingText } from './setting-draft.ts'

it('takes rules, and says where a document is wrong', () => {
  const rule = { name: 'quiet nights', match: { metric: 'http.*' }, sensitivity: 0.4 }
  expect(readSettingText(JSON.stringify({ rules: [rule] }))).toEqual({
    settings: { defaults: {}, rules: [rule] },
  })
  expect(readSettingText('{')).toMatchObject({ problem: expect.stringContaining('It is no JSON') })
  expect(readSettingText(JSON.stringify({ defaults: { sensitivity: 2 } }))).toMatchObject({
    problem: expect.stringContaining('defaults.sensitivity'),
  })
})
