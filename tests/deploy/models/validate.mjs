// SPDX-License-Identifier: Apache-2.0
//
// Checks objects against the schemas of Kubernetes and the Prometheus operator.
// Standard input: a JSON list of objects. Prints what is wrong, a line each.
//
// node validate.mjs <objects.json
import { readFileSync } from 'node:fs';

let faults = 0;
for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
  const name = `${object.kind}/${object.metadata?.name}`;
  const [group, version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/') : ['', object.apiVersion];
  const models = group === 'monitoring.coreos.com'
    ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  const path = [models, group, version, object.kind].filter(Boolean).join('/');
  try {
    const { [object.kind]: Model } = await import(path);
    new Model(object).validate();
  } catch (error) {
    faults += 1;
    console.log(`${name}: ${error.message}`);
  }
}
process.exit(faults ? 1 : 0);
