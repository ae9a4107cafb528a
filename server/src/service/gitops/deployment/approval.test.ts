import { expect, it } from 'vitest'
import { excluded } from './approval.ts'

const config = { bots: ['aiops-bot'], people: { 'anna-gl': 'anna' } }

it('is of nobody who wrote it, proposed it on their own judgement, or is the platform, by any of their names', () => {
  const mayNot = excluded({ author: 'aiops-bot', proposed_by: 'anna' }, 'project-bot', config)
  expect(['anna', 'Anna', 'anna-gl', 'aiops-bot', 'project-bot', 'ben'].map(mayNot)).toEqual([
    ...[true, true, true, true, true, false],
  ])
  expect(excluded({ author: 'aiops-bot', proposed_by: null }, 'project-bot', config)('anna')).toBe(false)
  expect(excluded({ author: 'anna' }, 'project-bot', config)('anna')).toBe(true)
})
