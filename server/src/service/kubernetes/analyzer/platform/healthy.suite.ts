/** Clusters of which nothing needs seeing to, as distributions set them up: no rule may find anything. */

import { now } from './fixture.suite.ts'
import { eks } from './healthy-eks.suite.ts'
import { openshift } from './healthy-openshift.suite.ts'
import { k3s, kind } from './healthy-small.suite.ts'

export const healthyAt = now
export const healthyClusters: Readonly<Record<string, readonly object[]>> = { k3s, kind, openshift, eks }
