import { expect, it } from 'vitest'
import { resourcePage } from './resource-page.ts'

it('leads from what an entry is about to its page', () => {
  expect(resourcePage('deployment/12e1-c8')).toBe('/deployments/12e1-c8')
  expect(resourcePage('/api/v1/deployments/12e1-c8/approve')).toBe('/deployments/12e1-c8')
  expect(resourcePage('/api/v1/deployments/control/kill-switch')).toBe('/deployments?tab=control')
  expect(resourcePage('/api/v1/cost/decisions/01a1/propose')).toBe('/cost?tab=decisions&decision=01a1')
  expect(resourcePage('forge/infra')).toBe('/merge-requests/infra')
  expect(resourcePage('/api/v1/forge/projects/infra/merge-requests/3/approve')).toBe(
    '/merge-requests/infra/3',
  )
  expect(resourcePage('/api/v1/incidents/7/acknowledge')).toBe('/incidents/7')
})

it('leads nowhere from what has no page, or only looks like it', () => {
  for (const resource of ['/api/v1/personas/x', 'x/deployment/1', 'https://h/forge/infra', 'forge/..', ''])
    expect(resourcePage(resource)).toBeUndefined()
})
