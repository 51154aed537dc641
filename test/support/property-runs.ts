/** How often a property is tried: so often in `npm test`, and as often as `PROPERTY_RUNS` says in the long form. */
export function propertyRuns(inNpmTest: number): number {
  return Number(process.env.PROPERTY_RUNS ?? inNpmTest)
}
