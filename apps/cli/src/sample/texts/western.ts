import type { Phrases } from './language.js';

export const ENGLISH: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: 'Which of your machines fits a kitchen for six people?',
      answer: 'The Terrace 2 makes forty cups a day and fits under a cupboard.',
    },
    {
      topic: 'decaf',
      question: 'Do you deliver decaf beans in one-kilo bags?',
      answer: 'In half-kilo bags, every Tuesday.',
    },
    {
      topic: 'grinder',
      question: 'Is the quiet grinder coming back before the holidays?',
      answer: 'Yes, in the second week of November.',
    },
    {
      topic: 'renting',
      question: 'Can I rent a machine for a weekend fair?',
      answer: 'You can, from Friday to Monday.',
    },
  ],
  help: [
    {
      topic: 'display message',
      question: 'The display shows E4 after descaling.',
      answer: 'Hold both buttons for five seconds, then it forgets the old count.',
    },
    {
      topic: 'steam wand',
      question: 'The steam wand drips when it is cold.',
      answer: 'A seal is worn; the new one is in the post.',
    },
  ],
  complaints: {
    delivery: 'The parcel is five days late and nobody told me.',
    defect: 'The machine arrived with a cracked tank and water ran over the floor.',
    billing: 'I was charged twice for the same order.',
    taste: 'The beans taste burnt, unlike every bag before.',
  },
  apology: 'You are right, and we are sorry. It is put right as we agreed.',
  praise: [
    'Best coffee we have had at home, thank you.',
    'Friendly and quick, exactly as promised.',
    'The repair took two days. I am impressed.',
  ],
  grumble: ['Nice machine, poor instructions.', 'Too much packaging again.', 'I had to call three times.'],
  wishes: {
    roast: 'Light roast, please.',
    contact: 'Mornings only, never by phone.',
    delivery: 'Leave it with the neighbours.',
  },
};

export const GERMAN: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: 'Welche Maschine passt für ein Büro mit zwölf Leuten?',
      answer: 'Für zwölf Leute empfehlen wir die Terrasse 3 mit Wasseranschluss.',
    },
    {
      topic: 'house blend',
      question: 'Gibt es die Hausmischung auch ungemahlen?',
      answer: 'Ja, als ganze Bohne, auch im Abo.',
    },
    {
      topic: 'grinder',
      question: 'Kann ich die Mühle vor dem Kauf ausprobieren?',
      answer: 'Gern: Vorführung jeden Donnerstag ab zehn Uhr.',
    },
  ],
  help: [
    {
      topic: 'descaling',
      question: 'Nach dem Entkalken leuchtet die rote Lampe weiter.',
      answer: 'Bitte beide Tasten fünf Sekunden halten, dann erlischt sie.',
    },
    {
      topic: 'grinder',
      question: 'Die Mühle klingt seit gestern lauter als früher.',
      answer: 'Wahrscheinlich ein Steinchen; wir schicken Ihnen die Anleitung.',
    },
  ],
  complaints: {
    delivery: 'Die Lieferung kam drei Tage zu spät und war unvollständig.',
    defect: 'Der Wassertank ist undicht, die Küche stand unter Wasser.',
    billing: 'Die Rechnung stimmt nicht mit dem Angebot überein.',
    taste: 'Die Bohnen schmecken verbrannt, ganz anders als sonst.',
  },
  apology: 'Sie haben recht, und es tut uns leid. Wir bringen es in Ordnung wie besprochen.',
  praise: [
    'Schnell, freundlich, verlässlich. Gerne wieder!',
    'Endlich ein Kaffee, der schmeckt.',
    'Die Beratung war Gold wert.',
  ],
  grumble: [
    'Guter Kaffee, aber die Hotline ist ständig besetzt.',
    'Die Anleitung könnte größer gedruckt sein.',
  ],
  wishes: {
    roast: 'Lieber kräftig geröstet, wenig Säure.',
    contact: 'Werbung bitte nur per E-Mail.',
    delivery: 'Bitte nur vormittags liefern.',
  },
};

export const FRENCH: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: 'Quelle machine convient à un petit hôtel de vingt chambres ?',
      answer: 'Pour vingt chambres, nous conseillons deux Terrasse 3.',
    },
    {
      topic: 'delivery times',
      question: 'Livrez-vous le café en grains à Lyon le samedi ?',
      answer: 'Oui, le samedi matin, sans frais dès deux kilos.',
    },
    {
      topic: 'grinder',
      question: 'Le moulin silencieux est-il encore disponible ?',
      answer: 'Il revient en stock la semaine prochaine, nous vous préviendrons.',
    },
  ],
  help: [
    {
      topic: 'steam wand',
      question: 'La buse vapeur goutte à froid.',
      answer: 'Un joint est usé, le nouveau part aujourd’hui.',
    },
    {
      topic: 'grind size',
      question: 'Comment régler la mouture pour un café long ?',
      answer: 'Tournez la molette sur sept, machine en marche.',
    },
  ],
  complaints: {
    delivery: 'Colis abîmé, deux paquets ouverts à l’arrivée.',
    defect: 'Le réservoir fuit depuis le premier jour.',
    billing: 'On m’a facturé un abonnement que j’avais résilié.',
    taste: 'Le café a un goût de brûlé, ce n’est pas le mélange habituel.',
  },
  apology: 'Vous avez raison, veuillez nous excuser. Tout est réglé comme convenu.',
  praise: [
    'Un service impeccable, merci à toute l’équipe.',
    'Le café est excellent, mes clients aussi le disent.',
  ],
  grumble: ['Bon produit, mais trop d’attente au téléphone.', 'La notice est incompréhensible.'],
  wishes: {
    roast: 'Plutôt une torréfaction claire.',
    contact: 'Pas d’appel après dix-huit heures, s’il vous plaît.',
    delivery: 'À déposer chez la gardienne.',
  },
};

export const DUTCH: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: 'Welke machine past bij een kantoor met acht mensen?',
      answer: 'Voor acht mensen is de Terras 2 ruim genoeg.',
    },
    {
      topic: 'house blend',
      question: 'Kan ik de bonen ook per twee kilo bestellen?',
      answer: 'Zeker, en vanaf twee kilo is de bezorging gratis.',
    },
  ],
  help: [
    {
      topic: 'descaling',
      question: 'Na het ontkalken blijft het lampje branden.',
      answer: 'Houd beide knoppen vijf tellen ingedrukt.',
    },
    {
      topic: 'grinder',
      question: 'De molen maakt een vreemd geluid.',
      answer: 'Stuur hem gratis op, morgen kijken we ernaar.',
    },
  ],
  complaints: {
    delivery: 'De bestelling is voor de tweede keer zoek.',
    defect: 'Het waterreservoir lekt en de keuken stond blank.',
    billing: 'Ik heb twee keer betaald voor één bestelling.',
    taste: 'De bonen smaken verbrand.',
  },
  apology: 'U hebt gelijk, onze excuses. Het wordt opgelost zoals afgesproken.',
  praise: ['Snel geholpen en heerlijke koffie!', 'Eindelijk een winkel die terugbelt.'],
  grumble: ['Prima koffie, veel te veel karton.', 'De handleiding klopt niet met het scherm.'],
  wishes: {
    roast: 'Liever een lichte branding.',
    contact: 'Alleen per e-mail graag.',
    delivery: 'Graag alleen bezorgen na vijven.',
  },
};
