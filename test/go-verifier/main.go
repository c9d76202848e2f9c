// Command go-verifier judges notes and proofs with golang.org/x/mod/sumdb, an implementation of the same formats that
// is not ours. It reads one JSON case a line and writes one JSON answer a line.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A testCase holds what its kind needs; bytes are base64.
type testCase struct {
	Kind    string   `json:"kind"`
	Key     string   `json:"key"`
	Note    []byte   `json:"note"`
	Text    string   `json:"text"`
	Index   int64    `json:"index"`
	Size    int64    `json:"size"`
	Root    []byte   `json:"root"`
	OldSize int64    `json:"oldSize"`
	OldRoot []byte   `json:"oldRoot"`
	Leaf    []byte   `json:"leaf"`
	Leaves  [][]byte `json:"leaves"`
	Proof   [][]byte `json:"proof"`
}

type answer struct {
	Accepted bool   `json:"accepted"`
	Reason   string `json:"reason,omitempty"`
	Made     []byte `json:"made,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		var one testCase
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			fail(err)
		}
		made, err := judge(one)
		if err != nil {
			err = encoder.Encode(answer{Reason: err.Error()})
		} else {
			err = encoder.Encode(answer{Accepted: true, Made: made})
		}
		if err != nil {
			fail(err)
		}
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// judge returns an error for what must not be accepted, and what was made, if something was to be made.
func judge(one testCase) ([]byte, error) {
	switch one.Kind {
	case "note":
		_, err := open(one)
		return nil, err
	case "receipt":
		return nil, checkReceipt(one)
	case "inclusion":
		root, err := hashOf(one.Root)
		if err != nil {
			return nil, err
		}
		return nil, checkRecord(one, one.Size, root)
	case "consistency":
		return nil, checkTree(one)
	case "sign":
		signer, err := note.NewSigner(one.Key)
		if err != nil {
			return nil, err
		}
		return note.Sign(&note.Note{Text: one.Text}, signer)
	case "stored":
		return storedHashes(one.Leaves)
	}
	return nil, fmt.Errorf("unknown kind %q", one.Kind)
}

func open(one testCase) (string, error) {
	verifier, err := note.NewVerifier(one.Key)
	if err != nil {
		return "", err
	}
	opened, err := note.Open(one.Note, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	return opened.Text, nil
}

func checkReceipt(one testCase) error {
	text, err := open(one)
	if err != nil {
		return err
	}
	// The package knows checkpoints of one log only; of ours it reads what stands behind the origin.
	_, rest, _ := strings.Cut(text, "\n")
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err != nil {
		return err
	}
	return checkRecord(one, tree.N, tree.Hash)
}

func checkRecord(one testCase, size int64, root tlog.Hash) error {
	proof, err := hashesOf(one.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, size, root, one.Index, tlog.RecordHash(one.Leaf))
}

func checkTree(one testCase) error {
	proof, err := hashesOf(one.Proof)
	if err != nil {
		return err
	}
	root, err := hashOf(one.Root)
	if err != nil {
		return err
	}
	oldRoot, err := hashOf(one.OldRoot)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, one.Size, root, one.OldSize, oldRoot)
}

// storedHashes returns the SHA-256 of all stored hashes in their order, then the root.
func storedHashes(leaves [][]byte) ([]byte, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	sum := sha256.New()
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashes(int64(i), leaf, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
		for _, hash := range hashes {
			sum.Write(hash[:])
		}
	}
	root, err := tlog.TreeHash(int64(len(leaves)), reader)
	if err != nil {
		return nil, err
	}
	return append(sum.Sum(nil), root[:]...), nil
}

func hashesOf(all [][]byte) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(all))
	for i, bytes := range all {
		hash, err := hashOf(bytes)
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}

func hashOf(bytes []byte) (hash tlog.Hash, err error) {
	if len(bytes) != tlog.HashSize {
		return hash, errors.New("a hash has another length")
	}
	copy(hash[:], bytes)
	return hash, nil
}
