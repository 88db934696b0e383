/** `npm run lint`'s own rules: each returns the places that break it. Prints them all and fails if there are any. */
import { dependencyProblems } from './dependencies.ts';
import { linkProblems } from './links.ts';
import { machineProblems } from './machine.ts';

const problems = [...dependencyProblems(), ...linkProblems(), ...machineProblems()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
