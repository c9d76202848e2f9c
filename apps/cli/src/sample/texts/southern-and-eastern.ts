import type { Phrases } from './language.js';

export const ITALIAN: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: 'Quale macchina consigliate per un bar da cento caffè al giorno?',
      answer: 'Per cento caffè al giorno basta una Terrazza 3.',
    },
    {
      topic: 'decaf',
      question: 'La miscela della casa c’è anche decaffeinata?',
      answer: 'Sì, in confezioni da mezzo chilo.',
    },
  ],
  help: [
    {
      topic: 'display message',
      question: 'Il display resta acceso dopo la pulizia.',
      answer: 'Tenga premuti i due tasti per cinque secondi.',
    },
    {
      topic: 'seal',
      question: 'Come si cambia la guarnizione?',
      answer: 'Le mandiamo il pezzo e un breve filmato.',
    },
  ],
  complaints: {
    delivery: 'Consegna in ritardo di una settimana, sacchi bagnati.',
    defect: 'La macchina perde acqua e nessuno risponde.',
    billing: 'Mi avete addebitato due volte lo stesso ordine.',
    taste: 'Il caffè sa di bruciato.',
  },
  apology: 'Ha ragione, ci scusiamo. Rimediamo come d’accordo.',
  praise: ['Caffè splendido, assistenza ancora meglio.', 'Puntuali e gentilissimi.'],
  grumble: ['Buono, ma il prezzo sale ogni anno.', 'Troppe chiamate per una sola domanda.'],
  wishes: {
    roast: 'Tostatura scura, per favore.',
    contact: 'Meglio scrivere che telefonare.',
    delivery: 'Solo il mercoledì.',
  },
};

export const SPANISH: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: '¿Qué máquina sirve para una oficina de diez personas?',
      answer: 'Para diez personas, la Terraza 2 es perfecta.',
    },
    {
      topic: 'delivery times',
      question: '¿Hacen envíos a las islas?',
      answer: 'Sí, en cuatro días y sin coste.',
    },
  ],
  help: [
    {
      topic: 'grinder',
      question: 'El molinillo se para a mitad.',
      answer: 'Límpielo en vacío; si sigue igual, lo cambiamos.',
    },
    {
      topic: 'switching off',
      question: '¿Cómo se programa el apagado?',
      answer: 'En el menú, tercera línea.',
    },
  ],
  complaints: {
    delivery: 'El pedido llegó tarde y faltaban dos bolsas.',
    defect: 'La máquina pierde agua desde el primer día.',
    billing: 'La factura no coincide con el presupuesto.',
    taste: 'El café sabe a quemado esta vez.',
  },
  apology: 'Tiene razón, lo sentimos. Queda resuelto como acordamos.',
  praise: ['Trato excelente y un café buenísimo.', 'Lo arreglaron en un día, gracias.'],
  grumble: ['Buen café, demasiado plástico.', 'Tuve que explicar lo mismo tres veces.'],
  wishes: {
    roast: 'Prefiero tueste natural.',
    contact: 'Mejor por correo.',
    delivery: 'Entrega solo por la tarde, por favor.',
  },
};

export const POLISH: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: 'Jaki ekspres polecacie do biura na osiem osób?',
      answer: 'Na osiem osób wystarczy Taras 2.',
    },
    {
      topic: 'house blend',
      question: 'Czy kawa ziarnista jest dostępna w kilogramowych paczkach?',
      answer: 'Tak, a od dwóch kilogramów wysyłka jest gratis.',
    },
  ],
  help: [
    {
      topic: 'descaling',
      question: 'Po odkamienianiu nadal świeci czerwona lampka.',
      answer: 'Proszę przytrzymać oba przyciski przez pięć sekund.',
    },
    {
      topic: 'grinder',
      question: 'Młynek pracuje głośniej niż zwykle.',
      answer: 'Kurier odbierze go jutro, naprawa jest bezpłatna.',
    },
  ],
  complaints: {
    delivery: 'Paczka spóźniła się o tydzień i była otwarta.',
    defect: 'Zbiornik przecieka od pierwszego dnia.',
    billing: 'Zapłaciłem dwa razy za to samo zamówienie.',
    taste: 'Kawa smakuje spalenizną.',
  },
  apology: 'Ma Pani/Pan rację, przepraszamy. Naprawimy to zgodnie z umową.',
  praise: ['Świetna kawa i bardzo miła obsługa.', 'Naprawa w dwa dni, brawo!'],
  grumble: ['Kawa dobra, instrukcja fatalna.', 'Za długo czekałem na połączenie.'],
  wishes: {
    roast: 'Proszę o jasne palenie.',
    contact: 'Kontakt tylko e-mailem.',
    delivery: 'Najlepiej do paczkomatu.',
  },
};

export const JAPANESE: Phrases = {
  inquiries: [
    {
      topic: 'which machine fits',
      question: '六人家族に合うコーヒーメーカーはどれですか。',
      answer: '六人でしたらテラス２がちょうどよい大きさです。',
    },
    {
      topic: 'decaf',
      question: 'カフェインレスの豆はありますか。',
      answer: 'はい、五百グラムからお届けできます。',
    },
  ],
  help: [
    {
      topic: 'display message',
      question: '掃除のあと赤いランプが消えません。',
      answer: '両方のボタンを五秒間押してください。',
    },
    {
      topic: 'grind size',
      question: '豆の挽き具合を変える方法を教えてください。',
      answer: '運転中にダイヤルを七に合わせてください。',
    },
  ],
  complaints: {
    delivery: '約束の日に届きませんでした。',
    defect: 'タンクから水が漏れて床が濡れました。',
    billing: '同じ注文で二回請求されました。',
    taste: 'いつもと違い、焦げた味がします。',
  },
  apology: 'ご指摘の通りです。申し訳ございません。お約束の通り対応いたします。',
  praise: ['とてもおいしく、対応も丁寧でした。', '修理が早くて助かりました。'],
  grumble: ['味は良いのですが、説明書が分かりにくいです。', '包装が多すぎます。'],
  wishes: {
    roast: '浅煎りが好みです。',
    contact: '連絡はメールでお願いします。',
    delivery: '夜の配達を希望します。',
  },
};
