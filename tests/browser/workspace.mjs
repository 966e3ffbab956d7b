// The workspace as people use it: signing in, importing, voting from two units, disagreeing, adjudicating; once with
// scripts and once without. Prints TAP. usage: node workspace.mjs LINKS SCAN (what `seventh serve --training` printed)
import { readFileSync } from 'node:fs';
import { openBrowser, Visitor, oneTimeCode } from './visitor.mjs';

const [linksFile, scanFile] = process.argv.slice(2);
const printed = readFileSync(linksFile, 'utf8').replace(/[\u2068\u2069]/g, '');
const links = Object.fromEntries([...printed.matchAll(/^(\w+) .*?(https?:\/\/\S+token=[0-9a-f]+)/gm)].map((m) => [m[1], m[2]]));
const base = new URL(links.north).origin;

let number = 0;
let failed = 0;
function check(name, condition, detail = '') {
  number++;
  if (!condition) failed++;
  console.log(`${condition ? 'ok' : 'not ok'} ${number} - ${name}`);
  if (!condition && detail !== '') console.log(`# ${detail}`);
}

const browser = await openBrowser();
const faults = [];
const password = 'four words nobody guesses';

async function person(name, scripts, first) {
  const visitor = await Visitor.arrive(browser, base, { scripts });
  const { page } = visitor;
  page.setDefaultTimeout(15000);
  if (first) {
    await visitor.open(links[name]);
    await visitor.look('first sign-in');
    await page.fill('#password', password);
    await page.fill('#again', password);
    await visitor.press('Continue');
  } else {
    await visitor.open('/sign-in');
    await visitor.look('sign-in');
    await page.fill('#name', name);
    await page.fill('#password', password);
    await visitor.press('Sign in');
  }
  check(`${name} signs in`, (await visitor.heading()) === 'Desk', page.url());
  await visitor.look('desk');
  return visitor;
}

async function leave(visitor) {
  await visitor.press('Sign out', 'header');
  check('signing out leads to the sign-in page', (await visitor.heading()) === 'Sign in');
  faults.push(...visitor.faults);
  await visitor.context.close();
}

// Opens a page that asks for a purpose first.
async function openFor(visitor, path, purpose = 'Training') {
  await visitor.open(path);
  if ((await visitor.heading()) !== 'What is your purpose?') return;
  await visitor.look('purpose');
  await visitor.page.getByLabel(purpose, { exact: true }).check();
  await visitor.press('Continue');
}

async function vote(visitor, category, button = 'Vote') {
  await visitor.page.getByLabel(category, { exact: true }).check();
  await visitor.press(button);
}
const said = (visitor, selector) => visitor.page.locator(selector).first().innerText();

async function importScan(visitor, number) {
  const { page } = visitor;
  await openFor(visitor, '/cases/new');
  await visitor.look('new case');
  await visitor.press('Open the case');
  check('a case without a number is refused beside the field', (await page.locator('.field .error').count()) === 1);
  await page.fill('#number', number);
  await page.fill('#title', 'Telephone & <b>laptop</b>');
  await visitor.press('Open the case');
  await visitor.look('empty case');
  const path = new URL(page.url()).pathname;
  await visitor.follow('Import items');
  await visitor.look('import');
  await visitor.press('Import');
  check('no file is told beside the field', (await page.locator('.field .error').count()) === 1);
  await page.setInputFiles('#file', scanFile);
  await visitor.press('Import');
  const over = page.getByRole('link', { name: 'Go to the case' });
  for (let i = 0; !visitor.scripts && i < 60 && (await over.count()) === 0; i++) {
    if (i === 0) await visitor.look('progress');
    await page.waitForTimeout(500);
    await visitor.follow('Look again');
  }
  await over.waitFor(); // with scripts the page turns by itself
  await page.waitForLoadState();
  await visitor.look('import over');
  await visitor.follow('Go to the case');
  check('the case has the items of the scan', (await page.locator('table tbody tr').count()) > 20);
  return path;
}

async function round(scripts) {
  const mark = scripts ? 'with scripts' : 'without scripts';
  const north = await person('north', scripts, scripts);
  const path = await importScan(north, scripts ? 'K-1' : 'K-2');
  await north.look('case');
  check(`typed markup stays text (${mark})`, (await north.page.locator('main b').count()) === 0);
  await north.page.locator('#partner').selectOption({ label: 'South' });
  await north.press('Share the case');
  check('the case is shared', (await said(north, '.flash')).includes('sees this case'));
  await north.page.locator('table tbody th a').first().click();
  const item = new URL(north.page.url()).pathname;
  await north.look('item');
  await north.page.locator('#scheme').selectOption('hotline');
  await north.press('Use this scheme');
  await north.press('Vote');
  check('a vote without category is refused', (await said(north, '.error')).length > 0);
  await vote(north, 'Confirmed');
  check(`a first vote is provisional (${mark})`, (await said(north, 'main')).includes('So far: Confirmed'));

  const south = await person('south', scripts, scripts);
  await openFor(south, `${item}?scheme=hotline`);
  check('who has not voted sees no votes of others', (await south.page.locator('.votes li').count()) === 0);
  await vote(south, 'False positive');
  check(`the other unit disagrees (${mark})`, (await said(south, 'main')).includes('Votes oppose one another'));
  await south.look('disputed item');
  await leave(south);

  const senior = await person('senior', scripts, scripts);
  await openFor(senior, `${item}?scheme=hotline`);
  await senior.look('item to decide');
  check('the senior analyst sees both votes', (await senior.page.locator('.votes li').count()) === 2);
  await vote(senior, 'Confirmed', 'Decide');
  check(`the dispute is decided (${mark})`, (await said(senior, 'main')).includes('The dispute was decided: Confirmed'));
  await senior.open('/ledger');
  await senior.look('ledger');
  await senior.press('Verify now');
  check(`the ledger verifies (${mark})`, (await said(senior, '.note')).includes('all are as they were signed'));
  await senior.look('ledger verified');
  await leave(senior);

  await north.open(path);
  await north.open('/cases');
  await north.look('cases');
  await north.open('/settings');
  await north.look('settings');
  await north.page.fill('#old', 'wrong');
  await north.page.fill('#password', 'another four words here');
  await north.page.fill('#again', 'another four words here');
  await north.press('Change the password');
  check('a wrong present password changes nothing', (await north.page.locator('.error, .errors').count()) > 0);
  await leave(north);
}

async function administration() {
  const admin = await person('admin', true, true);
  for (const [path, name] of [['/people', 'people'], ['/units', 'units'], ['/approvals', 'refused'], ['/nowhere', 'not found']]) {
    await admin.open(path);
    await admin.look(name);
  }
  await admin.open('/people');
  await admin.page.fill('#name', 'guest');
  await admin.page.getByLabel('Analyst', { exact: true }).check();
  await admin.press('Add the person');
  check('a new person comes with a link', (await said(admin, '.note')).includes('token='));
  await admin.look('person');
  await admin.open('/units');
  await admin.page.fill('#name', 'East');
  await admin.page.fill('#country', 'TH');
  await admin.page.fill('#languages', 'th en');
  await admin.page.fill('#time_zone', 'Asia/Bangkok');
  await admin.page.fill('#hours', '08:00-16:00');
  await admin.press('Add the unit');
  check('a unit is added', (await said(admin, 'table')).includes('East'), await said(admin, 'main'));
  await admin.open('/settings/one-time-codes');
  await admin.look('one-time codes');
  const secret = await admin.page.locator('input[name=secret]').first().inputValue();
  await admin.page.fill('#code', oneTimeCode(secret));
  await admin.press('Continue');
  check('recovery codes are shown', (await admin.page.locator('.codes li').count()) === 10);
  await admin.look('recovery codes');
  await admin.open('/');
  await admin.page.locator('#frame-language').selectOption('ar');
  await Promise.all([admin.page.waitForNavigation(), admin.page.locator('form.language button').click()]);
  check('the pages turn to Arabic, from right to left', (await admin.page.locator('html').getAttribute('dir')) === 'rtl');
  await admin.look('desk in Arabic');
  const wide = await admin.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check('nothing runs out of the page', wide <= 0, `${wide} px`);
  faults.push(...admin.faults);
  await admin.context.close();
}

try {
  await round(true);
  await round(false);
  await administration();
} catch (error) {
  check('no step fails', false, String(error).replaceAll('\n', '\n# '));
}
check('no page has a serious fault, is over 60 kB or asks another server', faults.length === 0, faults.join('\n# '));
console.log(`1..${number}`);
await browser.close();
process.exit(failed === 0 ? 0 : 1);
